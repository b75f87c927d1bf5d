// Figures as people read them. What is absent is a dash, and units stand behind a narrow space that does not break.

const absent = "–";
const space = "\u202f";
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const list = (value) => (Array.isArray(value) ? value : []);
const text = (value) => String(value ?? "");
/** Those of `parts` that are there. */
const joined = (separator, ...parts) => parts.filter(Boolean).join(separator);

function number(value, digits = 0) {
  if (!isNumber(value)) return absent;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Counts: whole below a million, then 12.3M. */
function count(value) {
  if (!isNumber(value) || Math.abs(value) < 1e6) return number(value);
  return value.toLocaleString("en", { notation: "compact", minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

const plural = (amount, noun) => `${count(amount)} ${noun}${amount === 1 ? "" : "s"}`;
const rate = (value) => number(value, value < 10 ? 1 : 0);

function percent(ratio, digits = 1) {
  return isNumber(ratio) ? `${number(ratio * 100, digits)}${space}%` : absent;
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

/** To the millisecond, as clocks are spoken of. */
const exactSeconds = (value) => (isNumber(value) ? `${number(value, 3)}${space}s` : absent);

const units = [
  [86400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
];

/** A span of time, the two largest units of it. Requires: not below 0. */
function span(seconds) {
  if (!isNumber(seconds)) return absent;
  if (seconds < 60) return `${number(seconds, Number.isInteger(seconds) ? 0 : 1)}${space}s`;
  const first = units.findIndex(([length]) => seconds >= length);
  const [[large, large_unit], [small, small_unit]] = units.slice(first, first + 2);
  const rest = Math.floor((seconds % large) / small);
  return joined(" ", Math.floor(seconds / large) + space + large_unit, rest > 0 && rest + space + small_unit);
}

/** An instant of the daemon in the reader's own time: the time of today, or the date with it. */
function instant(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return text(at ?? absent);
  const today = date.toDateString() === new Date().toDateString();
  const day = !today && date.toLocaleDateString("en", { day: "numeric", month: "short" });
  return html("time", { datetime: at, title: at }, joined(" ", day, date.toLocaleTimeString("en-GB")));
}
