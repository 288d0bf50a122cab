"use strict";
(() => {
  const charts = document.getElementById("charts");
  if (!charts) return;
  const data = JSON.parse(document.getElementById("data").textContent);
  // A request is an array; these are its places.
  const HOST = 0, KIND = 1, START = 2, LENGTH = 3, STATUS = 4, BYTES = 5, TRY = 6, CRITICAL = 7, METHOD = 8, PATH = 9, REASON = 10;
  const ROW = 16, STRIP = 64, AXIS = 18;
  const end = Math.max(data.end, 1);
  let zoom = 1, onlyCritical = false, colors = {};

  const element = (name, attributes, text) => {
    const made = document.createElement(name);
    Object.assign(made, attributes || {});
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const time = (ms) => ms < 1000 ? ms.toFixed(1) + " ms" : (ms / 1000).toFixed(2) + " s";
  const readColors = () => {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["card", "text", "dim", "line", "grid", "pause", "path", ...data.kinds]) colors[name] = style.getPropertyValue("--" + name).trim();
  };
  // Makes a canvas sharp, and returns a way to draw on it in CSS pixels.
  const sized = (canvas, width, height) => {
    const scale = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
    const drawing = canvas.getContext("2d");
    drawing.setTransform(scale, 0, 0, scale, 0, 0);
    drawing.fillStyle = colors.card;
    drawing.fillRect(0, 0, width, height);
    drawing.font = "11px system-ui, sans-serif";
    drawing.textBaseline = "middle";
    return drawing;
  };
  // Round distances between marks, about 90 pixels each.
  const step = (perPixel) => {
    const wanted = perPixel * 90, power = Math.pow(10, Math.floor(Math.log10(wanted)));
    return [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= wanted);
  };
  const marks = (drawing, view, height, named) => {
    const size = step(view.perPixel);
    for (let at = Math.ceil(view.from / size) * size; at <= view.to; at += size) {
      const x = (at - view.from) / view.perPixel;
      drawing.fillStyle = colors.grid;
      drawing.fillRect(Math.round(x), 0, 1, height);
      if (!named) continue;
      drawing.fillStyle = colors.dim;
      drawing.fillText(at === 0 ? "0" : size < 1 ? at.toFixed(1) + " ms" : at < 1000 ? Math.round(at) + " ms" : +(at / 1000).toFixed(2) + " s", x + 3, height - AXIS / 2);
    }
  };
  const pauses = (drawing, host, view, height) => {
    for (const [whose, start, length] of data.waits) {
      if (whose !== host.index || start > view.to || start + length < view.from) continue;
      const x = (start - view.from) / view.perPixel, wide = Math.max(length / view.perPixel, 1);
      drawing.fillStyle = colors.pause;
      drawing.globalAlpha = 0.13;
      drawing.fillRect(x, 0, wide, height);
      drawing.globalAlpha = 0.8;
      drawing.fillRect(x, 0, 1, height);
      drawing.globalAlpha = 1;
    }
  };

  const hosts = data.hosts.map((name, index) => ({ name, index, all: data.requests.filter((request) => request[HOST] === index) }));
  for (const host of hosts) {
    const changes = [];
    for (const request of host.all) changes.push([request[START], 1], [request[START] + request[LENGTH], -1]);
    changes.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    let open = 0;
    host.most = 0;
    host.steps = changes.map(([at, change]) => {
      open += change;
      host.most = Math.max(host.most, open);
      return [at, open];
    });
  }

  const tools = element("div", { className: "tools" });
  const range = element("input", { type: "range", min: 0, max: 100, value: 0, ariaLabel: "zoom" });
  const zoomed = element("label", {}, "zoom");
  zoomed.append(range);
  const only = element("input", { type: "checkbox" });
  const chosen = element("label");
  chosen.append(only, "critical path only");
  tools.append(zoomed, chosen);
  const legend = element("ul", { className: "legend" });
  charts.append(tools, legend);
  const tip = element("div", { id: "tip", hidden: true });
  document.body.append(tip);

  const swatches = [];
  data.kinds.forEach((kind, index) => {
    if (!data.requests.some((request) => request[KIND] === index)) return;
    const item = element("li"), swatch = element("canvas");
    swatches.push([swatch, kind]);
    item.append(swatch, kind);
    legend.append(item);
  });
  if (data.waits.length) {
    const item = element("li"), swatch = element("canvas");
    swatches.push([swatch, "pause"]);
    item.append(swatch, "a wait");
    legend.append(item);
  }

  for (const host of hosts) {
    const title = element("h3", {}, host.name + " ");
    title.append(element("small", {}, host.all.length + (host.all.length === 1 ? " request" : " requests") + ", at most " + host.most + " at once"));
    host.strip = element("canvas");
    host.bars = element("canvas");
    host.room = element("div", { className: "room" });
    host.scroller = element("div", { className: "bars", tabIndex: 0 });
    const strip = element("div", { className: "strip" });
    strip.append(host.strip);
    host.scroller.append(host.room, host.bars);
    charts.append(title, strip, host.scroller);
    host.scroller.addEventListener("scroll", () => {
      for (const other of hosts) if (other !== host && other.scroller.scrollLeft !== host.scroller.scrollLeft) other.scroller.scrollLeft = host.scroller.scrollLeft;
      draw(host);
    });
    const point = (event) => {
      const box = host.bars.getBoundingClientRect();
      const row = Math.floor((event.clientY - box.top + host.scroller.scrollTop) / ROW);
      const request = event.clientY - box.top < box.height - AXIS ? host.inView[row] : undefined;
      if (!request) { tip.hidden = true; return; }
      const outcome = request[STATUS] ? request[STATUS] + ", " + request[BYTES] + " bytes" : request[REASON];
      const again = request[TRY] > 1 ? ", try " + request[TRY] : "";
      tip.textContent = request[METHOD] + " " + request[PATH] + "\n" + data.kinds[request[KIND]] + again + ": " + outcome + "\n" + time(request[START]) + " + " + time(request[LENGTH]) + (request[CRITICAL] ? ", on the critical path" : "");
      tip.hidden = false;
      const own = tip.getBoundingClientRect();
      const left = Math.max(4, Math.min(event.clientX + 12, window.innerWidth - own.width - 4));
      const top = event.clientY + 16 + own.height > window.innerHeight ? event.clientY - own.height - 8 : event.clientY + 16;
      tip.style.transform = "translate(" + left + "px," + Math.max(4, top) + "px)";
    };
    host.scroller.addEventListener("mousemove", point);
    host.scroller.addEventListener("click", point);
    host.scroller.addEventListener("mouseleave", () => { tip.hidden = true; });
  }

  const drawStrip = (host, view, width) => {
    const drawing = sized(host.strip, width, STRIP);
    pauses(drawing, host, view, STRIP);
    const top = 12, tall = STRIP - top - 2, unit = tall / Math.max(host.most, 1);
    drawing.fillStyle = colors.dim;
    drawing.globalAlpha = 0.35;
    drawing.beginPath();
    let x = 0, y = STRIP - 1;
    drawing.moveTo(0, y);
    for (const [at, open] of host.steps) {
      x = (at - view.from) / view.perPixel;
      if (x > width) break;
      drawing.lineTo(Math.max(x, 0), y);
      y = STRIP - 1 - open * unit;
      drawing.lineTo(Math.max(x, 0), y);
    }
    drawing.lineTo(Math.min(Math.max(x, 0), width), y);
    if (x > width) drawing.lineTo(width, y);
    drawing.lineTo(Math.min(Math.max(x, 0), width), STRIP - 1);
    drawing.closePath();
    drawing.fill();
    drawing.globalAlpha = 1;
    drawing.fillStyle = colors.dim;
    drawing.fillText("under way: at most " + host.most, 4, 7);
  };

  const drawBars = (host, view, width, height) => {
    const drawing = sized(host.bars, width, height);
    marks(drawing, view, height, true);
    const deep = height - AXIS;
    drawing.save();
    drawing.beginPath();
    drawing.rect(0, 0, width, deep);
    drawing.clip();
    pauses(drawing, host, view, deep);
    const first = Math.floor(host.scroller.scrollTop / ROW);
    for (let row = first; row < host.inView.length && (row - first) * ROW <= deep + ROW; row += 1) {
      const request = host.inView[row];
      const x = (request[START] - view.from) / view.perPixel, wide = Math.max(request[LENGTH] / view.perPixel, 2);
      const y = row * ROW - host.scroller.scrollTop;
      if (x > width || x + wide < 0) continue;
      const bad = request[STATUS] === 0 || request[STATUS] >= 400;
      drawing.fillStyle = colors[data.kinds[request[KIND]]];
      drawing.globalAlpha = bad ? 0.45 : 1;
      drawing.fillRect(x, y + 2, wide, ROW - 4);
      drawing.globalAlpha = 1;
      if (request[CRITICAL]) {
        drawing.strokeStyle = colors.path;
        drawing.strokeRect(x + 0.5, y + 2.5, Math.max(wide - 1, 1), ROW - 5);
      }
      const text = request[PATH].replace(/^\/v2\//, "").replace(/sha256:([0-9a-f]{8})[0-9a-f]+$/, "sha256:$1…") + (bad ? "  " + (request[STATUS] || "failed") : "");
      const long = drawing.measureText(text).width, after = Math.max(x + wide, 0) + 5;
      drawing.fillStyle = bad ? colors.pause : colors.dim;
      if (after + long <= width || x < long + 8) drawing.fillText(text, after, y + ROW / 2);
      else drawing.fillText(text, x - long - 5, y + ROW / 2);
    }
    drawing.restore();
  };

  const draw = (host) => {
    const width = host.scroller.clientWidth, whole = width * zoom;
    const perPixel = end / Math.max(whole - 4, 1);
    const from = host.scroller.scrollLeft * perPixel;
    const view = { perPixel, from, to: from + width * perPixel };
    // Zoomed in, only what is to be seen has a row: else most rows would be empty.
    host.inView = zoom > 1 ? host.shown.filter((request) => request[START] <= view.to && request[START] + request[LENGTH] >= view.from) : host.shown;
    host.room.style.height = Math.max(host.inView.length, 1) * ROW + AXIS + "px";
    drawStrip(host, view, width);
    drawBars(host, view, width, host.scroller.clientHeight);
  };
  const layOut = () => {
    readColors();
    for (const [swatch, name] of swatches) {
      const drawing = sized(swatch, 10, 10);
      drawing.fillStyle = colors[name];
      drawing.fillRect(0, 0, 10, 10);
    }
    for (const host of hosts) {
      host.shown = onlyCritical ? host.all.filter((request) => request[CRITICAL]) : host.all;
      const height = Math.max(host.shown.length, 1) * ROW + AXIS;
      const whole = Math.floor(host.scroller.clientWidth * zoom);
      sized(host.bars, 1, 1);
      host.room.style.width = whole + "px";
      host.scroller.style.height = Math.min(height, 416) + 2 + (zoom > 1 ? 16 : 0) + "px";
    }
    for (const host of hosts) draw(host);
  };
  range.addEventListener("input", () => {
    const host = hosts[0], before = host.scroller.scrollLeft + host.scroller.clientWidth / 2, old = zoom;
    zoom = Math.pow(100, range.value / 100);
    layOut();
    for (const other of hosts) other.scroller.scrollLeft = before * zoom / old - host.scroller.clientWidth / 2;
  });
  only.addEventListener("change", () => {
    onlyCritical = only.checked;
    layOut();
  });
  window.addEventListener("resize", layOut);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", layOut);
  layOut();
})();
