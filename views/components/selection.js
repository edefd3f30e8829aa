// What is selected in the reading view can be pinned. Its place is told in characters of the document: a block of it
// says where it begins, and shows its text as it stands.
function placeOf(node, at) {
  const block = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(".sw-document [data-at]");
  if (!block) return null;
  const range = document.createRange();
  range.selectNodeContents(block);
  range.setEnd(node, at);
  return Number(block.dataset.at) + [...range.toString()].length;
}

function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const start = placeOf(range.startContainer, range.startOffset);
  const end = placeOf(range.endContainer, range.endOffset);
  return start !== null && end !== null && start < end ? { range, start, end } : null;
}

function button() {
  let pin = document.querySelector(".sw-pin-selection");
  if (!pin) {
    pin = document.createElement("button");
    pin.type = "button";
    pin.className = "sw-pin-selection";
    pin.textContent = "Pin the selection";
    pin.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
    pin.addEventListener("click", () => {
      const chosen = selected();
      if (chosen) window.sourcewisePins({ start: chosen.start, end: chosen.end });
      pin.hidden = true;
    });
    document.body.append(pin);
  }
  return pin;
}

function offer() {
  const chosen = selected();
  const pin = button();
  pin.hidden = !chosen;
  if (!chosen) return;
  const { left, bottom } = chosen.range.getBoundingClientRect();
  pin.style.left = `${Math.max(8, Math.min(left, innerWidth - 180))}px`;
  pin.style.top = `${Math.max(8, Math.min(bottom + 8, innerHeight - 48))}px`;
}

// What is copied from the text is as the text has it, with what parts the cells of a table and the signs of headings.
function exact(range) {
  const blocks = [...document.querySelectorAll(".sw-document :is(p, h2, table)")].filter((one) => range.intersectsNode(one));
  return blocks.map((block) => {
    const part = document.createRange();
    part.selectNodeContents(block);
    if (block.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
    if (block.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
    return (block.matches(".sw-item") ? "\n" : "\n\n") + part.toString();
  }).join("").trim();
}

function onCopy(event) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const node = range.commonAncestorContainer;
  const inside = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".sw-document");
  if (!inside || !inside.querySelector("table")) return;
  event.clipboardData.setData("text/plain", exact(range));
  event.preventDefault();
}

export default function (component) {
  window.sourcewisePins = (span) => component.setTriggerValue("pinned", span);
  if (window.sourcewiseSelects) return;
  window.sourcewiseSelects = true;
  document.addEventListener("selectionchange", offer);
  document.addEventListener("copy", onCopy);
  document.addEventListener("scroll", offer, true);
}
