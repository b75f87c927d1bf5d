// Elements are made here and nowhere else. Text always becomes a text node: whatever a name from the network contains,
// it is never read as markup. (The policy of the page forbids the other way, too: require-trusted-types-for.)

const isAttributes = (value) => value?.constructor === Object;
const isShown = (child) => child !== undefined && child !== false;

/** Attributes, if they come first, and children; of both, undefined and false are left out. */
function filled(node, classes, content) {
  const attributes = isAttributes(content[0]) ? content[0] : {};
  if (classes.length > 0) node.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes)) if (isShown(value)) node.setAttribute(name, value);
  node.append(
    ...content
      .filter((child) => child !== attributes)
      .flat(Infinity)
      .filter(isShown),
  );
  return node;
}

/** html("td.num", { role: "cell" }, "12", …): an element with its classes. */
function html(what, ...content) {
  const [tag, ...classes] = what.split(".");
  return filled(document.createElement(tag), classes, content);
}

function svg(what, ...content) {
  const [tag, ...classes] = what.split(".");
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), classes, content);
}

const byId = (id) => document.getElementById(id);

/** Makes the children of `parent` equal to `wanted`. What is there already stays the same node, so that focus, selected
    text and tooltips outlive the update that comes each second. */
function show(parent, ...wanted) {
  const before = [...parent.childNodes];
  const nodes = wanted.flat(Infinity).filter(isShown);
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
  for (const { name, value } of wanted.attributes)
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  show(node, ...wanted.childNodes);
}

/** `<dl>` of facts; pairs without a value are left out. */
function facts(...pairs) {
  const present = pairs.filter(([, value]) => isShown(value) && value !== "");
  return html(
    "dl.facts",
    present.map(([term, value]) => [html("dt", term), html("dd", value)]),
  );
}
