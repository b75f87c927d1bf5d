// Figures as people read them. What is absent is a dash, and units stand behind a narrow space that does not break.

const absent = "–";
const space = "\u202f";
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const list = (value) => (Array.isArray(value) ? value : []);

function number(value, digits = 0) {
  if (!isNumber(value)) return absent;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Counts: whole below a million, then 12.3M. */
function count(value) {
  if (!isNumber(value) || Math.abs(value) < 1e6) return number(value);
  return value.toLocaleString("en", { notation: "compact", minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

const plural = (amount, one, many = `${one}s`) => `${count(amount)} ${amount === 1 ? one : many}`;
const rate = (value) => number(value, value < 10 ? 1 : 0);

function percent(ratio) {
  if (!isNumber(ratio)) return absent;
  return `${number(ratio * 100, ratio < 1 ? 1 : 0)}${space}%`;
}

function milliseconds(value) {
  if (!isNumber(value)) return absent;
  if (value >= 10000) return `${number(value / 1000, 1)}${space}s`;
  return `${number(value, value < 1 ? 2 : value < 100 ? 1 : 0)}${space}ms`;
}

function bytes(value) {
  if (!isNumber(value)) return absent;
  const power = value < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(value) / 10));
  return `${number(value / 1024 ** power, power ? 1 : 0)}${space}${["B", "KiB", "MiB", "GiB"][power]}`;
}

/** The two largest units of a span of seconds. */
function span(seconds) {
  if (!isNumber(seconds)) return absent;
  if (Math.abs(seconds) < 60) return `${number(seconds, Number.isInteger(seconds) ? 0 : 1)}${space}s`;
  const whole = Math.floor(Math.abs(seconds));
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]]
    .map(([length, unit], index, units) => [Math.floor((index ? whole % units[index - 1][0] : whole) / length), unit]);
  const first = parts.findIndex(([amount]) => amount > 0);
  return (seconds < 0 ? "−" : "") +
    parts.slice(first, first + 2).filter(([amount]) => amount).map(([amount, unit]) => amount + space + unit).join(" ");
}

/** An instant of the daemon in the reader's own time: the time of today, or the date with it. */
function instant(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text === undefined ? absent : String(text);
  const today = date.toDateString() === new Date().toDateString();
  const day = today ? "" : `${date.toLocaleDateString("en", { day: "numeric", month: "short" })} `;
  return html("time", { datetime: text, title: text }, day + date.toLocaleTimeString("en-GB"));
}
