"""Short forms of English given names, so that "Bill" and "William" are no two people."""

from __future__ import annotations

# Each line: forms of one name.
_FORMS = """
abigail abby gail
albert al bert
alexander alexandra alex sandy sasha
alfred alf fred
andrew andy drew
anthony antony tony
benjamin ben
catherine katherine kathryn kate kathy cathy katie
charles charlie chuck
christopher christina chris
daniel dan danny
david dave
donald don
edward ed eddie ted ned
elizabeth liz beth betty eliza lizzie
eugene gene
frances francis frank
frederick fred freddie
gerald gerry jerry
gregory greg
henry harry hank
james jim jimmy jamie
jennifer jen jenny
jeffrey geoffrey jeff geoff
john jack johnny jon
jonathan jon
joseph joe joey
joshua josh
kenneth ken
lawrence laurence larry
leonard leo len
margaret maggie peggy meg
matthew matt
michael mike mick
nicholas nick
patrick patricia pat
peter pete
philip phil
rebecca becky
richard rick dick rich
robert bob rob bobby
ronald ron
samuel samantha sam
stephen steven steve
susan sue
thomas tom tommy
timothy tim
vincent vince
victoria vicky
walter walt
william bill will billy liam
""".strip().splitlines()
_GROUPS = [frozenset(line.split()) for line in _FORMS]


def same_given_name(left: str, right: str) -> bool:
    """Whether two folded words are forms of one given name."""
    return any(left in group and right in group for group in _GROUPS)
