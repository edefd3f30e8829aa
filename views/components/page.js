// Copying, links, landmarks, and the place to scroll to: what Streamlit has no word for. The keys are in keys.js.
let pinned = null; // has the server pin a passage
let follow = null; // has the server show an address of this program, without loading the page anew

// A link to a source: shown at once where it is in view, else asked of the server. New windows are left to the browser.
function onLink(event) {
  const link = event.target.closest("a.sw-open");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const heading = link.dataset.at && document.getElementById(link.dataset.at);
  if (!heading && !follow) return;
  event.preventDefault();
  if (heading) heading.scrollIntoView({ block: "start", behavior: "instant" });
  else follow(pathOf(link.href));
}

// What is sought in a document. A step to a match that is in the window asks nothing of the server, nor does it make an
// entry in the history; any other match is an address to follow.
function stepTo(by, to) {
  const steps = document.querySelector(".sw-steps[data-count]");
  if (!steps) return false;
  const count = Number(steps.dataset.count);
  const next = to || ((Number(steps.dataset.current) - 1 + by + count) % count) + 1;
  const address = new URL(location.href);
  address.searchParams.set("match", next);
  if (at(next)) {
    history.replaceState(history.state, "", address);
    goTo(String(next), window.sourcewiseShown, 0);
  } else if (follow) follow(pathOf(address));
  return true;
}

function onStep(event) {
  const link = event.target.closest("a.sw-step");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (stepTo(Number(link.dataset.step), Number(link.dataset.to))) event.preventDefault();
}

function showMatch(number) {
  for (const one of document.querySelectorAll(".sw-match.sw-now")) one.classList.remove("sw-now");
  for (const one of document.querySelectorAll(`[data-match="${number}"]`)) one.classList.add("sw-now");
  const steps = document.querySelector(".sw-steps[data-count]");
  if (!steps) return;
  steps.dataset.current = number;
  steps.querySelector(".sw-count").textContent = Number(number).toLocaleString("en");
}

// What has this id, or is the match of this number.
const at = (id) => document.getElementById(id) || document.querySelector(`[data-match="${CSS.escape(id)}"]`);

function pathOf(address) {
  const url = new URL(address);
  return url.pathname + url.search;
}

// Pins a passage: the server is told which, and the button says that it was.
function onPin(event) {
  const button = event.target.closest("button[data-pin]");
  if (!button || !pinned) return;
  pinned(button.dataset.pin);
  button.textContent = "Pinned";
  button.disabled = true;
}

async function onClick(event) {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const label = button.dataset.label || (button.dataset.label = button.textContent);
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Your browser does not allow copying";
  }
  setTimeout(() => { button.textContent = label; }, 2000);
}

// Two texts side by side: a sentence chosen in one, or named by a list, is lit in both, and each goes to it.
function light(ids) {
  for (const one of document.querySelectorAll(".sw-lit")) one.classList.remove("sw-lit");
  const seen = new Set();
  for (const id of ids) {
    const place = document.getElementById(id);
    if (!place) continue;
    place.classList.add("sw-lit");
    const side = place.closest(".sw-side");
    if (!side || seen.has(side)) continue;
    seen.add(side);
    side.scrollTop += place.getBoundingClientRect().top - side.getBoundingClientRect().top - side.clientHeight / 3;
  }
}

let shownFrom = null;

function choose(event) {
  const said = event.target.closest(".sw-said[data-partners]");
  if (said) {
    event.preventDefault();
    light([said.id, ...said.dataset.partners.split(" ")]);
  }
  const show = event.target.closest("button[data-show]");
  if (show) {
    light(show.dataset.show.split(" "));
    shownFrom = show;
    const both = document.querySelector(".sw-beside");
    if (both) both.scrollIntoView({ block: "center" });
    const lit = document.querySelector(".sw-side .sw-lit");
    if (lit) (lit.matches("[tabindex]") ? lit : lit.closest(".sw-side")).focus({ preventScroll: true });
  }
  if (event.target.closest("button[data-back]")) goBack();
}

// From the texts to where they were chosen from.
function goBack() {
  const list = shownFrom && shownFrom.isConnected ? shownFrom : document.querySelector(".st-key-list button");
  if (!list) return;
  list.scrollIntoView({ block: "center" });
  list.focus({ preventScroll: true });
}

function landmarks() {
  const main = document.querySelector('[data-testid="stMain"]');
  if (main) main.setAttribute("role", "main");
  const field = document.querySelector('.st-key-q [data-testid="stTextInput"]');
  if (field) field.setAttribute("role", "search");
}

// A short message is a dialog without a name to Streamlit: it is called what it says.
function nameMessage(message) {
  message.removeAttribute("aria-labelledby");
  message.setAttribute("aria-label", message.textContent);
}

function goTo(id, token, tries) {
  const place = at(id);
  if (!place) {
    if (tries > 0) setTimeout(() => goTo(id, token, tries - 1), 50);
    return;
  }
  window.sourcewiseShown = token;
  if (place.dataset.match) showMatch(place.dataset.match);
  place.closest("details")?.setAttribute("open", "");
  place.scrollIntoView({ block: "center", behavior: "instant" });
  if (document.activeElement?.closest(".st-key-find input, .sw-steps")) return; // the next step is taken there
  if (!place.hasAttribute("tabindex")) place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
}

// Once for as long as the window lives: between two runs of a page there would be a moment without keys.
function listen() {
  if (window.sourcewiseListens) return;
  window.sourcewiseListens = true;
  window.addEventListener("keydown", onKey, true);
  document.addEventListener("click", onClick);
  document.addEventListener("click", onPin);
  document.addEventListener("click", onLink);
  document.addEventListener("click", onStep);
  document.addEventListener("click", choose);
  document.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".sw-said[data-partners]")) choose(event);
    if (event.key === "Escape" && event.target.closest(".sw-side")) goBack();
  });
}

// A server that was stopped or does not answer is told in the page's own words, and Streamlit's dialog is put away.
function watchServer() {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.dataset.sourcewiseWatched) return;
  app.dataset.sourcewiseWatched = "true";
  const look = () => {
    const state = app.getAttribute("data-test-connection-state");
    if (state === "CONNECTED") showStopped(false);
    else setTimeout(() => showStopped(app.getAttribute("data-test-connection-state") !== "CONNECTED"), 1500);
  };
  new MutationObserver(look).observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
}

function showStopped(stopped) {
  let note = document.querySelector(".sw-stopped");
  if (!note && stopped) {
    note = document.createElement("div");
    note.className = "sw-stopped";
    note.setAttribute("role", "alert");
    note.innerHTML =
      "<strong>Sourcewise has stopped or does not answer.</strong> What is shown stays readable. " +
      "Start it again where it was started (<code>streamlit run app.py</code>): this page then goes on by itself.";
    document.body.append(note);
  }
  if (note) note.hidden = !stopped;
}

// The search box has the focus on arrival, unless a question was asked or something else has it. Not where that would
// bring a keyboard onto the screen.
function arrive() {
  const from = window.sourcewiseView;
  window.sourcewiseView = location.pathname;
  if (from === location.pathname || !matchMedia("(pointer: fine)").matches) return;
  when(() => document.querySelector(".st-key-q input"), (field) => {
    if (!field.value && !location.search.includes("q=") && document.activeElement === document.body) field.focus();
  }, 40);
}

export default function (component) {
  listen();
  pinned = (named) => component.setTriggerValue("pinned", named);
  follow = (search) => component.setTriggerValue("follow", search);
  arrive();
  watchServer();
  const timer = setTimeout(landmarks, 100);
  when(() => document.querySelector('[data-testid="stToast"]:not([aria-label])'), nameMessage, 40);
  const { place, token } = component.data || {};
  if (place && window.sourcewiseShown !== token) goTo(place, token, 600);
  if (!place) window.sourcewiseShown = "";
  return () => clearTimeout(timer);
}
