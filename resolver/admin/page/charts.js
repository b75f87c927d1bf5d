// Small pictures: sparklines, shares, and when an upstream was in which state.

const history = { samples: [], seconds: 180 };  // {at: ms, …figures}, oldest first
const window_ms = 15 * 60 * 1000;               // of the time lines of states

function remember(sample) {
  const oldest = sample.at - history.seconds * 1000;
  history.samples = [...history.samples.filter(({ at }) => at > oldest), sample];
}

/** The path of one figure over the last minutes. A gap of more than five seconds (the page was hidden) stays one. */
function sparkPath(figure, top) {
  const newest = history.samples.at(-1)?.at ?? 0;
  let path = "", last = -Infinity;
  for (const sample of history.samples) {
    if (!isNumber(sample[figure])) continue;
    const x = 180 - (newest - sample.at) / (history.seconds * 1000) * 180;
    const y = 34 - Math.min(1, sample[figure] / top) * 32;
    path += `${sample.at - last > 5000 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    last = sample.at;
  }
  return path;
}

const peak = (figure) => Math.max(0, ...history.samples.map((sample) => sample[figure]).filter(isNumber));

/** `figures`: one or two keys of the samples; the first is the line in front. `top`: the value at the upper edge. */
function sparkline(figures, top) {
  const lines = figures.map((figure, index) =>
    svg("path", { class: `spark spark-${index}`, d: sparkPath(figure, top || 1), "vector-effect": "non-scaling-stroke" }));
  return svg("svg", { class: "sparkline", viewBox: "0 0 180 36", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "spark-floor", d: "M0 34.5H180", "vector-effect": "non-scaling-stroke" }), lines.reverse());
}

/** A bar of parts: [[class, amount, label]…]; parts of nothing take no room. */
function stackedBar(parts, whole, label) {
  let x = 0;
  const pieces = parts.filter(([, amount]) => amount > 0).map(([kind, amount, name]) => {
    const width = whole > 0 ? amount / whole * 100 : 0;
    x += width;
    return svg("rect", { class: `part ${kind}`, x: `${(x - width).toFixed(2)}%`, width: `${width.toFixed(2)}%`, height: "100%" },
      svg("title", {}, name));
  });
  return svg("svg", { class: "bar", role: "img", "aria-label": label }, pieces);
}

/** Tables that words from the daemon are looked up in have no prototype: “constructor” is in none. */
const states = {
  __proto__: null,
  closed: { name: "closed", draw: () => svg("circle", { cx: 6, cy: 6, r: 5 }) },
  half_open: { name: "half open", draw: () => [svg("circle", { class: "outline", cx: 6, cy: 6, r: 4.5 }), svg("path", { d: "M6 1.5a4.5 4.5 0 0 0 0 9z" })] },
  open: { name: "open", draw: () => svg("path", { class: "cross", d: "M2 2 10 10M10 2 2 10" }) },
  disabled: { name: "disabled", draw: () => svg("path", { d: "M2 1h3v10H2zM7 1h3v10H7z" }) },
  unknown: { name: "unknown", draw: () => svg("path", { d: "M2 5h8v2H2z" }) },
};
const known = (state) => (state in states ? state : "unknown");
const stateOf = (upstream) => (upstream.disabled ? "disabled" : String(upstream.state ?? "unknown"));
const stateName = (state) => states[state]?.name ?? String(state ?? "unknown");

/** Shape and word: a state is never told by its colour alone. */
function stateMark(state, word = stateName(state)) {
  const icon = svg("svg", { class: "icon", viewBox: "0 0 12 12", "aria-hidden": "true" }, states[known(state)].draw());
  return html("span", { class: `mark state-${known(state)}` }, icon, " ", word);
}

/** [{state, start, end, reason}…] from `from` to `now` (ms), oldest first, by the upstream's transitions. */
function stateSegments(upstream, from, now) {
  const changes = list(upstream.transitions)
    .map((change) => ({ ...change, time: Date.parse(change.at) }))
    .filter(({ time }) => time <= now)
    .sort((a, b) => a.time - b.time);
  const segments = [];
  let state = changes[0]?.from ?? upstream.state, reason = "", start = from;
  for (const change of changes) {
    if (change.time > from) {
      segments.push({ state, reason, start, end: change.time });
      start = change.time;
    }
    state = change.to;
    reason = change.reason ?? "";
  }
  return [...segments, { state, reason, start, end: now }];
}

/** The last minutes as a band: the further from "closed", the taller. Before the daemon started there is nothing. */
function stateTimeline(upstream, now, uptime_seconds) {
  const opening = now - window_ms;
  const from = isNumber(uptime_seconds) ? Math.max(opening, now - uptime_seconds * 1000) : opening;
  const heights = { __proto__: null, closed: 4, half_open: 10, open: 16 };
  const percentOf = (ms) => `${(ms / window_ms * 100).toFixed(2)}%`;
  const segments = stateSegments(upstream, from, now);
  const words = ({ state, start, end, reason }) =>
    `${stateName(state)} for ${span(Math.round((end - start) / 1000))}${reason ? `: ${reason}` : ""}`;
  const bars = segments.map((segment) => {
    const height = heights[segment.state] ?? 7;
    return svg("rect", { class: `segment state-${known(segment.state)}`, x: percentOf(segment.start - opening), y: 18 - height,
      width: percentOf(segment.end - segment.start), height }, svg("title", {}, words(segment)));
  });
  return svg("svg", { class: "timeline", role: "img", "aria-label": segments.map(words).join("; then ") },
    [1, 2].map((third) => svg("line", { class: "tick", x1: `${third * 33.33}%`, x2: `${third * 33.33}%`, y1: 0, y2: 18 })),
    bars, svg("line", { class: "ground", x1: 0, x2: "100%", y1: 18.5, y2: 18.5 }));
}
