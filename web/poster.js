// Draws the poster: the stage of the program's first frame, in the same place, size and colours, until the program
// takes over. What it repeats of the program (crates/dl2pa-view): layout.rs, legend.rs, stage/{camera,globe,marks,mod}.rs.
(() => {
  // The first frame of the opening run: 25 prototypes within 25 degrees of the pole. tests/tests/poster.rs checks them.
  const PINS = [
    [.1175, .0228, .9928], [-.2885, -.1845, .9395], [.0488, .2583, .9648], [-.2589, -.2532, .9321], [-.0423, -.1199, .9919],
    [-.0048, -.1801, .9836], [-.0737, -.0144, .9972], [-.3593, -.0211, .9330], [.0708, -.0339, .9969], [-.1171, .1323, .9843],
    [-.3291, .2638, .9067], [.1522, -.0951, .9838], [.1426, .1772, .9738], [-.2457, -.2515, .9362], [-.1197, -.1367, .9834],
    [.2608, -.2084, .9426], [-.1752, .0236, .9842], [-.0903, -.2747, .9573], [.3923, .0059, .9198], [-.1870, -.3788, .9064],
    [.0532, .0894, .9946], [-.3004, .0622, .9518], [-.0829, -.3413, .9363], [-.3633, -.0797, .9283], [.2208, -.2918, .9306],
  ];
  const EYE = 4.6, YAW = .6, PITCH = .36, HEAD = 1.07;
  const TOWARD = [Math.cos(PITCH) * Math.cos(YAW), Math.cos(PITCH) * Math.sin(YAW), Math.sin(PITCH)];
  const RIGHT = [-Math.sin(YAW), Math.cos(YAW), 0];
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const UP = cross(TOWARD, RIGHT);
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

  const poster = document.getElementById("dl2pa-poster");
  const canvas = document.getElementById("dl2pa-sphere");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const light = matchMedia("(prefers-color-scheme: light)");

  // What the address leaves out (hiding.rs); the stage grows into its place (layout.rs).
  const hidden = (new URLSearchParams(location.search).get("hide") ?? "").split(",").map((name) => name.trim());
  const lacks = (...parts) => parts.every((part) => hidden.includes(part));
  const withoutSetup = lacks("setup", "lessons"), withoutPlots = lacks("plots", "why");

  // Where the stage is in a window of this size, and the sphere in it.
  const place = (width, height) => {
    let stage, below;
    if (width < 800) {
      const body = { left: 8, width: width - 16, height: height - 48 - 26 };
      stage = { left: body.left, top: 48, width: body.width, height: Math.min(body.width * .94, body.height * .48) };
      // Else the tabs stand below: after the stage, the sentence, the transport and the timeline.
      if (withoutSetup && withoutPlots) stage.height = body.height - (8 + 58 + 8 + 42 + 8 + 60);
      below = 8;
    } else {
      const three = width >= 1100;
      const side = (three || withoutSetup) && withoutPlots ? 0 : (width >= 1600 ? 440 : 320) + 12;
      const setup = three && !withoutSetup ? (width >= 1600 ? 296 : 260) + 12 : 0;
      const left = 12 + setup, right = width - 12 - side, bottom = height - 32 - 76 - 12 - 48 - 12;
      stage = { left, top: 56, width: right - left, height: bottom - 56 };
      below = 12;
    }
    const compact = stage.width < 520, pad = compact ? 8 : 12;
    const cells = (cellWidth, cellHeight) => {
      const fit = clamp(Math.floor((stage.width - 2 * pad + 2) / (cellWidth + 2)), 1, PINS.length);
      const even = Math.ceil(PINS.length / Math.ceil(PINS.length / fit)), whole = Math.ceil(even / 5) * 5;
      const rows = Math.ceil(PINS.length / (whole <= fit ? whole : even));
      return { rows, height: rows * (cellHeight + 2) - 2 };
    };
    const named = cells(38, 22), key = named.rows <= 2 ? named : cells(18, 18);
    const top = stage.top + (compact ? 44 : 56), bottom = stage.top + stage.height - pad - key.height - 4;
    const room = Math.max(40, Math.min(stage.width, bottom - top));
    return { stage, below, x: stage.left + stage.width / 2, y: (top + bottom) / 2, radius: room * .5 / 1.1 };
  };

  const colour = (name) => {
    const digits = getComputedStyle(document.documentElement).getPropertyValue(name).trim().slice(1);
    return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
  };
  const css = (rgb, alpha) => `rgb(${rgb.join(" ")} / ${alpha})`;

  let at, radius, reach, context, tokens, disc, behind, before;
  const see = (point) => {
    const z = dot(point, TOWARD), scale = EYE / (EYE - z), unit = radius * Math.sqrt(EYE * EYE - 1) / (EYE - z);
    return { x: dot(point, RIGHT) * unit, y: -dot(point, UP) * unit, scale, near: z - dot(point, point) / EYE > 0 };
  };

  // The lit disc, pixel by pixel. It has no edges inside, and scripts are slow when they have just begun: few pixels do.
  const paintDisc = () => {
    const size = Math.ceil(radius / 2), image = new ImageData(size, size), half = size / 2;
    const lamp = [-.5, .62, .6].map((value) => value / Math.hypot(.5, .62, .6)), slope = 1 / Math.sqrt(EYE * EYE - 1);
    const opacity = light.matches ? .66 : .68;
    for (let row = 0; row < size; row++) for (let column = 0; column < size; column++) {
      let x = (column + .5 - half) / half, y = (row + .5 - half) / half;
      const far = Math.hypot(x, y);
      if (far > 1.1) continue;
      if (far > 1) { x /= far; y /= far; }
      const k = (x * x + y * y) * slope * slope;
      const t = (EYE - Math.sqrt(Math.max(0, EYE * EYE - (1 + k) * (EYE * EYE - 1)))) / (1 + k);
      const lit = (.5 + .5 * dot([x * slope * t, -y * slope * t, EYE - t], lamp)) ** 1.7;
      const edge = Math.min(1, far) ** 7 * (.25 + .75 * lit) * .8, from = (row * size + column) * 4;
      for (let i = 0; i < 3; i++) {
        const body = tokens.shade[i] + (tokens.light[i] - tokens.shade[i]) * lit;
        image.data[from + i] = body + (tokens.rim[i] - body) * edge;
      }
      image.data[from + 3] = 255 * (opacity + (1 - opacity) * Math.min(1, far) ** 9);
    }
    disc = document.createElement("canvas");
    disc.width = disc.height = size;
    disc.getContext("2d").putImageData(image, 0, 0);
  };

  const halo = () => {
    const [far, drop, strength] = light.matches ? [1.1, .035, .45] : [1.16, 0, .22];
    const shade = context.createRadialGradient(0, drop * radius, .97 * radius, 0, drop * radius, far * radius);
    shade.addColorStop(0, css(tokens.rim, strength));
    shade.addColorStop(.07 / (far - .97), css(tokens.rim, strength * .45));
    shade.addColorStop(1, css(tokens.rim, 0));
    context.fillStyle = shade;
    context.beginPath();
    context.arc(0, drop * radius, far * radius, 0, 7);
    context.arc(0, drop * radius, .97 * radius, 7, 0, true);
    context.fill("evenodd");
  };

  const circle = (near, width, alpha, curve) => {
    context.lineWidth = width;
    context.strokeStyle = css(tokens.graticule, alpha);
    context.beginPath();
    let drawing = false;
    for (let step = 0; step <= 60; step++) {
      const seen = see(curve(step / 30 * Math.PI));
      if (seen.near === near) drawing ? context.lineTo(seen.x, seen.y) : context.moveTo(seen.x, seen.y);
      drawing = seen.near === near;
    }
    context.stroke();
  };
  const graticule = (near) => {
    const strength = near ? .3 : .22;
    for (let i = 0; i < 6; i++) {
      const [c, s] = [Math.cos(i * Math.PI / 6), Math.sin(i * Math.PI / 6)];
      circle(near, 1, strength, (a) => [c * Math.cos(a), s * Math.cos(a), Math.sin(a)]);
    }
    for (let i = -2; i <= 2; i++) {
      const [z, r] = [Math.sin(i * Math.PI / 6), Math.cos(i * Math.PI / 6)];
      circle(near, i === 0 ? 1.2 : 1, i === 0 ? strength * 1.6 : strength, (a) => [r * Math.cos(a), r * Math.sin(a), z]);
    }
  };

  const blob = ({ x, y }, size) => { context.beginPath(); context.arc(x, y, size, 0, 7); context.fill(); };
  const pins = (near, secs, unrest) => {
    const glyph = Math.max(3.2, 5.2 * clamp(radius / 230, .62, 1.35));
    PINS.forEach((pin, index) => {
      // They come down one after the other, then jostle where they stand.
      const down = still.matches ? 1 : clamp((secs - index * .02) / .45, 0, 1), left = (1 - down) ** 3;
      if (down === 0) return;
      const swing = unrest * .022 * Math.sin(secs * 2.6 + index * 2.4);
      const side = cross(pin, [Math.sin(index * 1.7), Math.cos(index * 1.7), 0]);
      const moved = pin.map((value, axis) => value + side[axis] * swing), long = Math.hypot(...moved);
      const here = moved.map((value) => value / long);
      const foot = see(here), head = see(here.map((value) => value * (HEAD + .5 * left)));
      if (foot.near !== near) return;
      context.globalAlpha = 1 - left;
      context.strokeStyle = context.fillStyle = css(tokens.pin, 1);
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(foot.x, foot.y);
      context.lineTo(head.x, head.y);
      context.stroke();
      if (left === 0) blob(foot, 2 * foot.scale);
      blob(head, glyph * .9 * head.scale);
      context.globalAlpha = 1;
    });
  };

  // What never moves, once: `work` draws it on a canvas of its own.
  const layer = (work) => {
    const own = document.createElement("canvas");
    own.width = own.height = canvas.width;
    context = own.getContext("2d", { willReadFrequently: true });
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, canvas.width / 2, canvas.width / 2);
    work();
    return own;
  };
  const put = (own) => context.drawImage(own, -canvas.width / 2 / devicePixelRatio, -canvas.width / 2 / devicePixelRatio,
    canvas.width / devicePixelRatio, canvas.width / devicePixelRatio);
  const draw = (secs, unrest) => {
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, canvas.width / 2, canvas.width / 2);
    context.clearRect(-reach, -reach, 2 * reach, 2 * reach);
    put(behind);
    pins(false, secs, unrest);
    put(before);
    pins(true, secs, unrest);
  };

  const spread = () => {
    at = place(innerWidth, innerHeight);
    radius = at.radius;
    reach = Math.ceil(radius * 1.65);
    canvas.width = canvas.height = Math.round(2 * reach * devicePixelRatio);
    const px = { left: at.x - reach, top: at.y - reach, width: 2 * reach, height: 2 * reach };
    for (const [name, value] of Object.entries(px)) canvas.style[name] = `${value}px`;
    for (const [name, value] of Object.entries(at.stage)) poster.style.setProperty(`--stage-${name}`, `${value}px`);
    poster.style.setProperty("--below", `${at.below}px`);
  };
  const lay = () => {
    tokens = { light: colour("--sphere-light"), shade: colour("--sphere-shade"), rim: colour("--sphere-rim"),
      graticule: colour("--graticule"), pin: colour("--pin") };
    paintDisc();
    behind = layer(() => { halo(); graticule(false); });
    before = layer(() => {
      context.save();
      context.beginPath();
      context.arc(0, 0, radius + .6, 0, 7);
      context.clip();
      context.drawImage(disc, -radius - .6, -radius - .6, 2 * radius + 1.2, 2 * radius + 1.2);
      context.restore();
      graticule(true);
    });
    // Drawn by the processor: a graphics context is not worth its start for this.
    context = canvas.getContext("2d", { willReadFrequently: true });
  };

  let calm = 1, last = 0, started;
  const frame = (now) => {
    if (poster.hidden) return;
    requestAnimationFrame(frame);
    // Thirty a second: the program that is being made ready wants the processor, too.
    if (now - last < 30) return;
    // When the program takes over, its pins stand exactly here.
    if (poster.classList.contains("leaving")) calm = Math.max(0, calm - (now - last) / 150);
    last = now;
    started ??= now;
    const secs = (now - started) / 1000;
    draw(secs, calm * clamp(secs - .9, 0, 1));
  };
  // Where everything lies, for the first paint; the drawing comes right after it.
  poster.classList.add("placed");
  spread();
  requestAnimationFrame(() => setTimeout(() => {
    lay();
    draw(0, 0);
    if (!still.matches) requestAnimationFrame(frame);
  }));
  const again = () => { if (!poster.hidden) { spread(); lay(); draw(9, 0); } };
  addEventListener("resize", again);
  light.addEventListener("change", again);
})();
