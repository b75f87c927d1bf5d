// Elements are made here and nowhere else. Text always becomes a text node: whatever a name from the network contains,
// it is never read as markup. (The policy of the page forbids the other way, too: require-trusted-types-for.)

/** Sets what is not undefined or false, appends what is neither; `true` is an attribute without a value. */
function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== false));
  return node;
}

const html = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
const byId = (id) => document.getElementById(id);

/** Makes the children of `parent` equal to `wanted`. What is there already stays the same node, so that focus, selected
    text and tooltips outlive the update that comes each second. */
function show(parent, ...wanted) {
  const nodes = wanted.flat(Infinity).filter((child) => child !== undefined && child !== false);
  const before = [...parent.childNodes];
  nodes.forEach((child, index) => {
    const node = child instanceof Node ? child : document.createTextNode(child);
    if (index >= before.length) parent.append(node);
    else if (before[index].nodeName !== node.nodeName) before[index].replaceWith(node);
    else become(before[index], node);
  });
  before.slice(nodes.length).forEach((node) => node.remove());
}

function become(node, wanted) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data !== wanted.data) node.data = wanted.data;
    return;
  }
  for (const { name } of [...node.attributes]) if (!wanted.hasAttribute(name)) node.removeAttribute(name);
  for (const { name, value } of wanted.attributes) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  show(node, ...wanted.childNodes);
}

/** `<dl>` of facts; pairs without a value are left out. */
function facts(...pairs) {
  const present = pairs.filter(([, value]) => value !== undefined && value !== false && value !== "");
  return html("dl", { class: "facts" }, present.map(([term, value]) => [html("dt", {}, term), html("dd", {}, value)]));
}
