// Keys, copying, landmarks, and the place to scroll to: what Streamlit has no word for.
const box = () => document.querySelector('[class*="st-key-q"] input');

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

function onKey(event) {
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
  const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if ((slash || k) && box()) {
    event.preventDefault();
    box().focus();
    box().select();
  }
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

function landmarks() {
  const main = document.querySelector('[data-testid="stMain"]');
  if (main) main.setAttribute("role", "main");
  const field = box() && box().closest('[data-testid="stTextInput"]');
  if (field) field.setAttribute("role", "search");
}

function goTo(id, token, tries) {
  const place = document.getElementById(id);
  if (!place) {
    if (tries > 0) setTimeout(() => goTo(id, token, tries - 1), 50);
    return;
  }
  window.sourcewiseShown = token;
  place.scrollIntoView({ block: "center", behavior: "instant" });
  place.focus({ preventScroll: true });
}

export default function (component) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  const timer = setTimeout(landmarks, 100);
  const { place, token } = component.data || {};
  if (place && window.sourcewiseShown !== token) goTo(place, token, 60);
  if (!place) window.sourcewiseShown = "";
  return () => {
    clearTimeout(timer);
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("click", onClick);
  };
}
