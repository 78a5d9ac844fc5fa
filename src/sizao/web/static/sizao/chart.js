// Curves answer: arrow keys say the counts of a day (with Shift, of several); where somebody points at one, Vega is
// fetched and takes the place of the picture, for what is under the pointer and for days drawn over.
"use strict";
(() => {
  let library;
  const fetchOnce = where => (library ||= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.onload = done;
    script.onerror = () => { library = null; fail(); };
    script.src = where;
    document.head.append(script);
  }));
  const read = box => (box.spec ||= JSON.parse(box.querySelector("script").textContent));
  const tell = (box, from, to) => {
    const days = read(box).data.values, sum = name => days.slice(from, to + 1).reduce((all, day) => all + day[name], 0);
    const said = {since: days[from].d, until: days[to].d, under: sum("a"), free: sum("b")};
    const words = from === to ? box.dataset.one : box.dataset.span;
    box.parentElement.querySelector("output").textContent = words.replace(/\[(\w+)\]/g, (_, name) => said[name]);
  };
  const draw = async box => {
    if (box.dataset.drawn) return;
    box.dataset.drawn = "begun";
    const hint = box.parentElement.querySelector("output").textContent;
    const picture = box.querySelector("svg"), place = document.createElement("div");
    try {
      await fetchOnce(box.dataset.library);
      if (!box.isConnected) return;
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", picture.getAttribute("aria-label"));
      const height = Math.round(picture.getBoundingClientRect().height);
      picture.before(place);
      picture.remove();
      let width = place.clientWidth;
      const {view} = await window.sizaoDraw(place, {...read(box), width, height});
      place.querySelector("svg").setAttribute("aria-hidden", "true"); // its place has the text
      addEventListener("resize", () => { // of its width alone: a phone's bars come and go
        if (!place.isConnected || place.clientWidth === width) return;
        width = place.clientWidth;
        view.width(width).runAsync();
      });
      view.addSignalListener("days", (_, chosen) => {
        const [first, end] = chosen.from || [], all = read(box).data.values;
        const at = all.filter(day => day.from >= first && day.from <= end).map(day => day.x);
        if (at.length) box.dataset.kept = "1"; else delete box.dataset.kept;
        if (at.length) tell(box, Math.min(...at), Math.max(...at));
        else box.parentElement.querySelector("output").textContent = hint;
      });
      box.dataset.drawn = "done";
    } catch {
      if (picture && !picture.isConnected) place.replaceWith(picture);
      delete box.dataset.drawn;
    }
  };
  document.addEventListener("pointerover", event => {
    const box = event.target.closest("[data-library]");
    if (box) draw(box);
  });
  document.addEventListener("keydown", event => {
    const box = event.target, step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!box.matches("[data-library]") || !step) return;
    event.preventDefault();
    const most = read(box).data.values.length - 1;
    box.to = Math.min(most, Math.max(0, (box.to ?? most + 1) + step));
    if (!event.shiftKey || box.from === undefined) box.from = box.to;
    tell(box, Math.min(box.from, box.to), Math.max(box.from, box.to));
  });
})();
