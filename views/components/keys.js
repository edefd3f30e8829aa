// The keys of every view. What they do is done in the window, without asking the server; the sentences of a draft have
// theirs in draft.js.
const BOXES = ["q", "find", "questions", "draft_text", "a", "collection_shown"].map((key) => `.st-key-${key}`);
const BOX = BOXES.map((place) => `${place} :is(input, textarea)`).join(", ");
const ITEMS = '[class*="st-key-hit-"], [class*="st-key-evidence-"], [class*="st-key-row-"], [class*="st-key-pinned-"], .sw-pair';
const VIEWS = { s: "", d: "draft", c: "compare", l: "library", k: "collections" };
const HELP = [
  ["/ or Ctrl+K", "the box of this view, else the search"],
  ["j, k", "the next, the one before: passages, sources, sentences, matches"],
  ["Enter", "show the chosen one in its place"],
  ["p", "pin it; in a source, what is selected"],
  ["y", "copy it with its source"],
  ["t", "take along: the files of what is shown"],
  ["Esc", "leave a box"],
  ["g, then s d c l k", "go to Search, Check a draft, Compare, Library, Collections"],
  ["Ctrl+Enter", "in the box of a draft or of questions: check it, ask them"],
  ["c, w, x", "in a draft: confirmed, needs work, not marked"],
  ["?", "these keys"],
];
const PATIENCE = 200; // looks at what a page is about to show, 50 ms apart

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable=true], [role=combobox], dialog") ? true : false;
}

// A box that Escape leaves; where it closes something else, a list or a window, that is what it does.
function isBox(target) {
  return target.matches('input:not([aria-expanded="true"]), textarea') && !target.closest('[role="dialog"], [data-testid="stPopoverBody"]');
}

const box = () => document.querySelector(BOX);
const isShown = (element) => element.checkVisibility(); // what is folded away is not shown, though it has a place

// Done once it can be: what a page puts in later is waited for.
function when(look, act, tries = PATIENCE) {
  const seen = look();
  if (seen) act(seen);
  else if (tries > 0) setTimeout(() => when(look, act, tries - 1), 50);
}

function intoBox() {
  if (!document.querySelector(BOXES.join(", "))) goToView(""); // else it is there, or is being put in
  when(box, (field) => {
    field.focus();
    field.select();
    staying = 20;
    setTimeout(stay, 50);
  });
}

// A run of the page may put a new box in the place of the one with the focus, which then goes to the new one.
let staying = 0; // looks that are left
function stay() {
  if (staying-- <= 0) return;
  if (box() && document.activeElement === document.body) box().focus();
  setTimeout(stay, 50);
}

function leaveBox(field) {
  staying = 0;
  field.blur();
}

function goToView(name) {
  const links = document.querySelectorAll('[data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"]');
  [...links].find((link) => new URL(link.href).pathname.split("/").pop() === name)?.click();
}

// items ------------------------------------------------------------------------------------------------------------

const items = () => [...document.querySelectorAll(ITEMS)].filter(isShown);

// The item with the focus; where there is none, the best evidence of the sentence that is looked at.
function item() {
  return document.activeElement?.closest(ITEMS) || document.querySelector('.st-key-evidence [class*="st-key-evidence-"]');
}

function focusOn(chosen) {
  const target = chosen.querySelector(".sw-hit") || chosen;
  if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  chosen.scrollIntoView({ block: "nearest", behavior: "instant" });
}

// The next item or the one before; at first the topmost in view. In a source, the next match of what is sought in it.
function step(by) {
  if (stepTo(by)) return;
  const all = items();
  const now = all.indexOf(document.activeElement?.closest(ITEMS));
  const first = all.findIndex((one) => one.getBoundingClientRect().bottom > 100);
  const next = now < 0 ? first : now + by;
  if (all[next]) focusOn(all[next]);
}

// Whether a box is that of a document, and what it says is sought already.
function isAgain(target) {
  return target.matches(".st-key-find input") && target.value.trim() === new URLSearchParams(location.search).get("find");
}

function open(chosen) {
  const link = chosen.querySelector('[class*="st-key-actions-"] a, a.sw-open, a[data-testid="stPageLink-NavLink"], button[data-show]');
  link?.click();
}

// what the keys do ---------------------------------------------------------------------------------------------------

// Of the chosen item; in a source, of the passage that is shown.
function pinButton() {
  return (item() || document).querySelector('[class*="st-key-pin-"] button, .sw-pair button[data-pin]:enabled');
}

function focused(element) {
  element?.focus({ preventScroll: true }); // takes no focus while what it stands in unfolds
  return document.activeElement === element ? element : null;
}

// The files of what is shown: the first has the focus, the others follow by Tab.
function takeAlong() {
  const files = document.querySelector(".st-key-take_along details");
  if (!files) return;
  if (!files.open) files.querySelector("summary").click();
  when(() => focused(files.querySelector("[data-testid=stDownloadButton] button")), (button) => {
    button.scrollIntoView({ block: "center", behavior: "instant" });
  });
}

// Streamlit takes over what stands in the box at the same keys; then the button is pressed.
function checkDraft(field) {
  if (field.matches(".st-key-draft_text textarea")) setTimeout(() => document.querySelector(".st-key-check_draft button")?.click(), 50);
}

const ACTIONS = {
  "/": intoBox,
  "?": showHelp,
  j: () => step(1),
  k: () => step(-1),
  p: () => (document.querySelector(".sw-pin-selection:not([hidden])") || pinButton())?.click(),
  y: () => item()?.querySelector("[data-copy]")?.click(),
  t: takeAlong,
};
let going = 0; // when g was pressed, in milliseconds

function onKey(event) {
  const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (command && event.key.toLowerCase() === "k") return done(event, intoBox);
  if (command && event.key === "Enter" && !event.isComposing) return checkDraft(event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Enter" && isAgain(event.target) && stepTo(event.shiftKey ? -1 : 1)) return done(event, () => {});
    if (event.key === "Escape" && isBox(event.target)) return done(event, () => leaveBox(event.target));
    // the box has the focus already, when one arrives
    if (event.key === "/" && event.target.matches("input") && event.target === box() && !event.target.value) event.preventDefault();
    return;
  }
  const after = going && Date.now() - going < 2000;
  going = 0;
  if (after && event.key in VIEWS) return done(event, () => goToView(VIEWS[event.key]));
  if (event.key === "g") going = Date.now();
  if ((event.key === "j" || event.key === "k") && document.querySelector(".sw-draft [data-sentence]")) return;
  if (event.key === "Enter" && event.target.matches(`.sw-hit, ${ITEMS}`)) return done(event, () => open(item()));
  if (event.key in ACTIONS) done(event, ACTIONS[event.key]);
}

// Nobody else is to read a key that did something.
function done(event, act) {
  event.preventDefault();
  event.stopImmediatePropagation();
  act();
}

function showHelp() {
  let help = document.querySelector("dialog.sw-help");
  if (!help) {
    help = document.createElement("dialog");
    help.className = "sw-help";
    help.setAttribute("role", "dialog");
    help.setAttribute("aria-label", "Keys");
    const rows = HELP.map(([keys, what]) => `<dt>${keys.replace(/[^\s,]+/g, (key) => (/^(or|then)$/.test(key) ? key : `<kbd>${key}</kbd>`))}</dt><dd>${what}</dd>`);
    help.innerHTML = `<h2>Keys</h2><dl>${rows.join("")}</dl><form method="dialog"><button autofocus>Close</button></form>`;
    (document.querySelector('[data-testid="stApp"]') || document.body).append(help);
  }
  if (!help.open) help.showModal();
}
