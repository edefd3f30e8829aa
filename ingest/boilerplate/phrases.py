"""Phrases of web pages that never belong to an article, matched against whole folded lines.

Each line below is a regular expression in which words in capitals stand for the expressions of ``_PLACEHOLDERS``.
Lines longer than ``text_units.MAX_LINE_CHARS`` are not matched, so that every repetition is bounded.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PLACEHOLDERS = {
    # A name or a subject inside a phrase; never across the end of a sentence.
    "NAMED": "[^.!?]{1,80}",
    "SOCIAL": "(?:facebook|twitter|linkedin|pinterest|whatsapp|instagram|youtube|reddit|tumblr|flipboard|telegram"
    "|e-?mail|print|rss|messenger|tiktok|threads|copy|share|save|tweet|x|sms|link|bluesky|mastodon|pocket|viber)",
    "MORE": "(?:stories|articles|posts|news|here|now|videos|options|results|details)",
    "LABEL": "(?:read|see|watch|listen|also read|read also|read next|related|more|next|up next|previous|don't miss"
    "|must read|see more|read more|trending|recommended|you (?:may|might) (?:also )?(?:like|enjoy)"
    "|more (?:from|on) [^.!?:]{1,60}|related (?:article|story|post|reading|content|news|video|coverage)s?)",
    "AGENCY": "(?:getty|ap|afp|epa|pa|upi|reuters|alamy|shutterstock|i?stock|imago|dpa|unsplash|associated press)",
    "WHICH": "(?:related|similar|recent|latest|popular|recommended|featured|trending|other|more|top|suggested)",
}

# Boilerplate wherever it stands, even between two paragraphs.
_CERTAIN = r"""
leave a (?:reply|comment)
post a comment
add (?:a|your) comment
join the (?:conversation|discussion)
cancel reply
your email address will not be published.*
required fields are marked.*
save my name, email.*next time i comment
notify me of (?:follow-up comments|new posts) by email
logged in as NAMED
you must be logged in to post a comment
submit comment
comments (?:are )?(?:closed|off|disabled)(?: (?:on|for) NAMED)?
(?:view|show|hide|load|read) (?:all |more )?comments(?: \(\d+\))?
(?:oops!? )?something went wrong(?: while submitting the form)?[.!]?(?: please try again(?: later)?)?
thank you!? your submission has been received!?
thank(?:s| you) for (?:subscribing|signing up).{0,60}
(?:this site is )?protected by recaptcha.*
please (?:enable|turn on) javascript.*
this field is for validation purposes.*
(?:an error|a problem) (?:has )?occurred.{0,40}please try again.{0,20}
please enter a valid email(?: address)?
(?:enter )?your e-?mail(?: address)?(?: here)?
e-?mail address\*?
send me a copy
(?:click|tap|press) here(?:(?: to| for|,) NAMED)?[.!]?
.{3,80}\? (?:click|tap|press) here.{0,100}
(?:please )?(?:sign|signing) up (?:now |today |here )?(?:for|to) (?:the|our|my|NAMEDnewsletter|get NAMEDinbox)NAMED
(?:please )?subscribe (?:now |today |here )?(?:to|for) (?:our|the|my)NAMED[.!]?
subscribe (?:now|today|here)
sign up (?:now|today|here|free)
sign up for free
(?:join|get) (?:our|the) (?:free |daily |weekly |monthly |e-?mail )*(?:newsletter|mailing list|updates)(?: .{0,80})?
get (?:the )?(?:latest|best|top|more|breaking|our)? ?NAMED(?:to|in) your inbox[.!]?
.{0,60}delivered (?:straight |directly |right )?to your inbox.{0,40}
by (?:signing up|subscribing|clicking|submitting|entering your e-?mail).{0,120}(?:agree|consent|acknowledge).*
by (?:providing your e-?mail|registering|continuing).{0,120}(?:agree|consent|acknowledge).*
(?:you can |to )?unsubscribe (?:at any time|anytime|here|now).{0,60}
invalid email(?: address)?
manage (?:your )?(?:newsletters?|subscriptions?|preferences|cookies|consent)(?: preferences)?
(?:we|this (?:web)?site|our (?:web)?site|our partners) (?:and our partners )?uses? cookies.*
(?:by|you|we) .{0,80}use of cookies.{0,80}
accept (?:all )?cookies
reject all(?: cookies)?
accept (?:all|and close|& close)
do not sell (?:or share )?my (?:personal )?(?:info|information|data).*
your (?:privacy|ad|california privacy) (?:choices|rights|options)
(?:skip|jump) (?:to|over) (?:the )?(?:main |primary |site )?(?:content|navigation|search|footer|menu)
back to top
scroll to top
toggle (?:navigation|menu|search)
(?:open|close|show|main|primary|mobile) menu
open (?:in app|search)
share (?:this|on|via|to|with|by|the)(?: (?:this|article|story|post|page|link|on|via|friends|news|:|SOCIAL))*
share:?
tweet(?: this)?
(?:share|post|tweet|pin) (?:it|this)
(?:click to )?(?:share|tweet|email|print|pin|post) (?:on|to|a link to) .{0,60}(?:\(opens in new window\))?
(?:opens|open) in (?:a )?new (?:window|tab)
copy (?:article )?(?:link|url)(?: to clipboard)?
link copied!?
SOCIAL(?:[ ,|/•·]+SOCIAL)+
(?:share|follow|like|join|find|connect with|visit|watch|add|see) NAMED on (?:SOCIAL|social media).{0,60}
(?:share|follow|like|join|find|connect with|visit|watch|add|see) NAMED on (?:google|apple) news.{0,60}
follow us:?
connect with us:?
advertisement
sponsored(?: (?:content|links?|post|by .{1,60}))?
paid (?:content|post)
(?:report this|remove) ads?|ad feedback
(?:advertisement|story|article) (?:-|--) ?(?:scroll|continues|keep reading).*
(?:story|article|text|post) continues (?:below|after).{0,40}
continue reading(?: below)?
skip advertisement
scroll (?:down )?(?:to|for) (?:continue|read more|more).{0,30}
loading(?: ?\.\.\.)?
(?:read|learn|find out|see|show|load|view|watch|discover|explore) (?:more|less|all)(?: MORE)?(?: (?:>|»|→)+)?
read (?:the )?(?:full|whole|entire|original) (?:article|story|post|bio)(?: here)?
view bio
see full bio
more info(?:rmation)?
show (?:more|additional|all)(?: .{0,30})?options|show more
see also:.*
(?:view|see|read) (?:all|more) (?:posts|articles|stories) (?:by|from|in) NAMED
(?:more|posts|all posts|articles|stories) by NAMED
(?!.*\.$)LABEL(?: ?[:|>»]+ ?).{1,160}
(?:clinic|provider|sponsor|partner|product|business|member|advertiser|brand|deal|vendor) spotlights?:?.{0,120}
NAMED(?:clinic|provider|sponsor|partner) spotlights:?
(?:previous|next|older|newer|prev) (?:post|article|story|page|entry|entries|posts)s?(?: ?[:>»→].{0,120})?
posted in:? NAMED
filed under:?.{0,120}
tagged(?: with|:).{0,120}
tags?:.{0,160}
categor(?:y|ies):.{0,120}
(?:more about|in this article|explore more on these topics):?
(?:©|\(c\)|copyright).{0,160}
.{0,120}all rights reserved.{0,60}
powered by NAMED
(?:designed|built|site) by NAMED
(?:this|the|its|our) (?:material|content|article|page|story|site).{0,20} may not be (?:reproduced|(?:re)?published).*
(?:download|get) (?:the |our )?NAMED?app(?: (?:on|from|for) .{1,40})?
(?:available|download) on the app store
get it on google play
install app
(?:book|schedule|request|get) (?:a|an|your) (?:free )?(?:appointment|consultation|demo|call|quote|visit)(?: \w+)?
(?:call|contact) us (?:now|today).{0,60}
contact us (?:for|to) NAMED
get (?:started|in touch)(?: (?:now|today|here))?
(?:buy|order|shop|apply|donate|register|enroll|book|start) now
add to (?:cart|basket|wishlist|favou?rites)
take the quiz
start (?:your )?free trial
(?:sign|log) (?:in|out)(?: (?:or|/|to|with) .{1,60})?
(?:log|sign) ?in
(?:log|sign) ?(?:out|up)
create (?:an |your )?(?:free )?account
my account
forgot (?:your )?password\??
already (?:a |have an? )?(?:subscriber|member|account|registered).{0,40}
subscribe
subscribers only
listen to this (?:article|story|post)(?: .{0,40})?
(?:print|email|save|bookmark|like|report|flag|listen to|gift)(?: this)? (?:article|story|post|page)
(?:\d+|an?|one) min(?:ute)?s?(?: of)? (?:read|listen)(?:ing)?(?: time)?
(?:estimated )?read(?:ing)? ?time:? .{1,20}
\d[\d.,]*[km]? (?:shares?|views?|likes?|comments?|retweets|followers)
story continues
this content can also be viewed on the site it originates from
(?:instagram|twitter|facebook|youtube|tiktok|x|embedded) content
a post shared by NAMED
NAMED (?:shared|posted) a post on instagram
(?:enjoy|listen to|hear) more (?:audio|podcasts).{0,60}
be the first to (?:get|know|hear|read).{0,60}
request (?:an invite|access)
(?:please )?sign up to (?:get|receive|read)NAMED
NAMED[?!.] sign up (?:for (?:it|our|the)|to (?:get|receive)|here)(?: .{0,120})?
.{3,80}! (?:click|tap|press) here.{0,100}
was this (?:article|page|information|content) (?:helpful|useful)\??
yes no
rate this (?:article|post|page|item).{0,30}
(?:this (?:article|post|page|story) )?(?:may )?contains? affiliate links?.{0,120}
we may (?:earn|receive) (?:a |an )?.{0,30}commission.{0,120}
as an amazon associate.{0,80}
"""

# Credits of pictures, of a page that was copied whole; they stand inside the article as often as around it.
_CREDITS = r"""
source: (?:https?://)?[\w.-]{1,60}\.(?:com|org|net|co\.uk)(?:/.*)?
\(?(?:image|photo|picture|video|graphic|illustration)(?: credit| source| courtesy| credits)s?(?: of|:) ?.{1,120}
\(?(?:photo|image|picture) by:? .{2,80}
\(?credits?: ?.{1,80}
courtesy(?: of|:) NAMED
(?:[^.!?]{2,80}[/|] ?)?AGENCY(?: images?| photos?| stock photo)?(?: via NAMED)?
[^.!?]{2,80}[/|] ?AGENCY(?: images?)?[;,] .{2,80}[/|] ?AGENCY(?: images?)?
\((?:[^.()!?]{1,60}/ ?)?AGENCY(?: images?| photo)?(?:/[^)]{1,60})?\)
"""

# How a paragraph begins that is about the page itself; such paragraphs are often too long to be matched whole.
_NOTICES = r"""
all (?:the )?products (?:featured|recommended|listed) (?:on|in|by) NAMED
(?:we|NAMED) may (?:earn|receive|make|get|be paid) (?:a |an |some )?(?:NAMED)?(?:commission|compensation)s?(?:NAMED)?
(?:when|if) you (?:buy|purchase|click|shop)NAMED(?:commission|compensation)(?:NAMED)?
NAMED(?:is|are) independently (?:selected|chosen|reviewed|researched)(?:NAMED)?
the (?:opinions|views)(?: and (?:opinions|views))? expressed (?:by|in|here|on)NAMEDthose of the(?:NAMED)?
the (?:opinions|views)(?: and (?:opinions|views))? expressed (?:by|in|here|on)NAMED(?:their|his|her) own(?:NAMED)?
"""

# Heads of sections after an article: the titles under them are links to other articles.
_TAIL_HEADS = r"""
WHICH(?: (?:related|recent|popular|news|top|featured))* (?:posts?|articles?|stories|reads?|reading|videos?)(?: .{0,40})?
WHICH(?: (?:related|recent|popular|news|top|featured|great))* (?:links|news|content|coverage|topics|items|blogs?)
WHICH(?: (?:related|recent|popular|news|top|featured|great))* (?:blog posts|headlines|products)
(?:you (?:may|might)(?: also)?|readers also|people also) (?:like|enjoy|love|be interested in|want to read)(?: .{0,30})?
(?:you (?:may|might)(?: also)?|readers also|people also|others) (?:viewed|read|asked?)(?: .{0,30})?
if you (?:liked|enjoyed) this.{0,60}
what (?:to|others) (?:read|are reading)(?: next)?
read (?:this )?next
up next
keep reading
don't miss(?: .{0,20})?
in case you missed it
(?:the )?(?:latest|more|recent|new|news|best)(?: (?:news|stories|articles|posts))? (?:from|in|on|by|at) NAMED
most (?:read|popular|viewed|commented|shared|recent|discussed)(?: .{0,30})?
trending(?: now)?
editors?'?s?'? (?:picks?|choice)
recommended(?: for you| by .{1,30})?
(?:\d+ )?related(?: content)?
(?:the )?best of NAMED
more (?:features|topics)
just in
latest
popular(?: now)?
sponsored stories
from (?:around )?the web
around the web
promoted (?:stories|content).{0,30}
our picks
leave a (?:reply|comment)
(?:\d+ )?(?:comments?|replies|responses)(?: \(\d+\))?
(?:no|\d+) (?:comments?|replies|responses|thoughts) ?(?:on .{1,120}|yet|so far)?
join the (?:conversation|discussion)
reader(?:s'?|'s) comments
share this(?: .{0,20})?
about the authors?
(?:view all|more) posts by NAMED
about NAMEDauthor
"""

# Words of menus and footers: boilerplate before or after the body, or next to other boilerplate.
_EDGE = r"""
SOCIAL|home(?:page)?|menu|news|blogs?|articles?|shop|store|faqs?|help|support|careers?|jobs|press|media
events?|resources|services|products|team|login|close|open|next|previous|prev|more|less|go|ok|submit|send
cancel|yes|no|all|reply|edit|top|english|español|en|us|uk|newsletters?|e-?mail|sections?|topics?
categories|archives?|latest|trending|popular|video|videos|photos|gallery|galleries|podcasts?|sports?
business|politics|opinion|world|health|science|technology|tech|entertainment|lifestyle|culture|travel
weather|local|markets|education|food|money|style|arts|books|music|movies|tv|obituaries|classifieds|live
audio|games|deals|reviews|features|magazine|ads?|advertising|promoted|author|published|updated|by|photo
image|credit|source|sources|caption|[|/•·>»-]+
search(?: (?:for|the site|this site|site))?:?
about(?: us)?
contact(?: us)?
our (?:team|story|mission)
advertise(?: with us)?
site ?map
accessibility(?: statement)?
written by
last updated
posted by
(?:getty|ap|afp|reuters|shutterstock|istock|unsplash).{0,40}
(?:photo|image|picture)(?: credit| by| courtesy)?s?:.{0,100}
[\d,. ]+
\d+ of \d+
(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*(?:,? .{0,30}\d{4})?
email ?\*
name ?\*
website
cookie (?:settings|policy|preferences|notice|consent)
privacy (?:policy|notice|statement|settings|preferences)
terms (?:of (?:use|service)|and conditions|& conditions)(?: \| .*)?
terms of (?:use|service) and privacy policy
privacy policy and terms of (?:use|service)
register(?: (?:now|here|for free))?
(?:breadcrumbs?|table of contents|contents)
(?:medically )?(?:reviewed|fact[- ]checked|edited) by.{0,60}
"""

# Lines around readers' comments.
_REPLIES = r"""
reply
log in to reply
report abuse
like
.{2,40} (?:says|said):?
.{3,60} at \d{1,2}:\d\d ?(?:am|pm)?
"""


def _any_of(phrases: str) -> re.Pattern[str]:
    """A pattern that matches any of the phrases, with dots or spaces after it."""
    for placeholder, expression in _PLACEHOLDERS.items():
        phrases = phrases.replace(placeholder, expression)
    return re.compile("(?:" + "|".join(phrases.split("\n")[1:-1]) + ")[. ]*")


_CERTAIN_LINE = _any_of(_CERTAIN)
_CREDIT_LINE = _any_of(_CREDITS)
_NOTICE = _any_of(_NOTICES)
_TAIL_HEAD = _any_of(_TAIL_HEADS)
_EDGE_LINE = _any_of(_EDGE)
_REPLY_LINE = _any_of(_REPLIES)


@lru_cache(maxsize=8192)
def is_certain(key: str) -> bool:
    """True for a folded line that is boilerplate wherever it stands."""
    return bool(key) and _CERTAIN_LINE.fullmatch(key) is not None


@lru_cache(maxsize=8192)
def is_credit(key: str) -> bool:
    """True for a folded line that says where a picture is from."""
    return bool(key) and _CREDIT_LINE.fullmatch(key) is not None


@lru_cache(maxsize=8192)
def is_tail_head(key: str) -> bool:
    """True for a folded line that heads links or comments after an article."""
    return bool(key) and _TAIL_HEAD.fullmatch(key) is not None


@lru_cache(maxsize=8192)
def is_edge(key: str) -> bool:
    """True for a folded line that is a word of menus or footers."""
    return bool(key) and _EDGE_LINE.fullmatch(key) is not None


def begins_notice(head: str) -> bool:
    """True for the folded first sentence of a paragraph that is about the page itself, such as what it earns."""
    return _NOTICE.fullmatch(head) is not None


def is_reply(key: str) -> bool:
    """True for a folded line that belongs to the frame of a reader's comment."""
    return bool(key) and _REPLY_LINE.fullmatch(key) is not None
