// What axe does not look at: colours that the reader's system forces, and what comes on paper.
(() => {
  const parts = (colour) => {
    const found = colour.match(/[\d.]+/g);
    if (!found) return [0, 0, 0, 0];
    const [r, g, b, a = 1] = found.map(Number);
    return [r, g, b, a];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => {
      const s = c / 255;
      return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const over = (top, below) => {
    const a = top[3];
    return [0, 1, 2].map((n) => top[n] * a + below[n] * (1 - a)).concat(1);
  };
  const behind = (element, paper) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parts(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), paper);
  };
  const shown = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && box.right > 0;
  };
  const said = (element) => {
    const name = element.className.baseVal ?? element.className;
    return `${element.tagName.toLowerCase()}.${String(name).trim().replace(/\s+/g, ".")} “${element.textContent.trim().slice(0, 40)}”`;
  };
  // Every element that holds words itself, with its colour and what is behind it.
  const words = function* () {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (walker.currentNode.textContent.trim() && shown(element) && !element.closest("script, style, noscript, option")) {
        yield element;
      }
    }
  };
  const colourOf = (element) => {
    const style = getComputedStyle(element);
    return parts(element instanceof SVGElement ? style.fill : style.color);
  };
  const unreadable = (paper) => {
    const found = new Set();
    for (const element of words()) {
      const ground = behind(element, paper);
      const ratio = contrast(over(colourOf(element), ground), ground);
      if (ratio < 4.5) found.add(`${said(element)} has a contrast of ${ratio.toFixed(1)}`);
    }
    return found;
  };
  const edged = (element, ground) => {
    const style = getComputedStyle(element);
    return ["Top", "Right", "Bottom", "Left"].some(
      (side) => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none" &&
        contrast(over(parts(style[`border${side}Color`]), ground), ground) >= 3);
  };
  window.inForcedColours = () => {
    const probe = document.createElement("div");
    probe.style.backgroundColor = "Canvas";
    const canvas = (document.body.append(probe), parts(getComputedStyle(probe).backgroundColor));
    probe.remove();
    const found = unreadable(canvas);
    const controls = "button, input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([type=file]), select, textarea, .govuk-button, .govuk-tag, .app-tag";
    for (const element of document.querySelectorAll(controls)) {
      // The menu's button is a link by its looks.
      if (element.matches(".govuk-service-navigation__toggle")) continue;
      if (!shown(element) || getComputedStyle(element).textDecorationLine.includes("underline")) continue;
      if (!edged(element, behind(element.parentElement, canvas))) found.add(`${said(element)} has no edge`);
    }
    for (const element of document.querySelectorAll("svg [class*=chart-]")) {
      if (!(element instanceof SVGGeometryElement)) continue;
      const style = getComputedStyle(element);
      const ground = behind(element.closest("svg"), canvas);
      const inks = [style.fill, style.stroke].filter((ink) => ink !== "none").map(parts);
      if (inks.length && !inks.some((ink) => contrast(over(ink, ground), ground) >= 3)) found.add(`${said(element)} cannot be told from the ground`);
    }
    return [...found];
  };
  window.onPaper = () => {
    const white = [255, 255, 255, 1];
    const found = unreadable(white);
    for (const element of document.querySelectorAll("html, body, body *")) {
      if (!shown(element) || element.closest("svg")) continue;
      if (light(behind(element, white)) < 0.5) found.add(`${said(element)} is printed dark`);
    }
    return [...found];
  };
})();
