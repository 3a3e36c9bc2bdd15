"use strict";

/* Sorting, filtering and opening; without it the page holds the same, whole and in order. */

(() => {
  const STEP = 200; // rows that are shown at once; more are shown on request
  const PAUSE = 120; // milliseconds without a key before the search runs
  const byWords = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  const cellOf = (row, column) => (row.tagName === "TBODY" ? row.rows[0] : row).cells[column];

  const valueOf = (row, column) => {
    const cell = cellOf(row, column);
    return cell.dataset.value ?? cell.textContent.trim();
  };

  /* The rows in the order of a column; those without a value are last either way. */
  const sorted = (rows, column, isNumber, isDown) => {
    const keyed = rows.map((row) => ({ row, key: valueOf(row, column) }));
    const empty = keyed.filter(({ key }) => key === "");
    const filled = keyed.filter(({ key }) => key !== "");
    const compared = isNumber
      ? (one, other) => Number(one.key) - Number(other.key)
      : (one, other) => byWords.compare(one.key, other.key);
    filled.sort((one, other) => (isDown ? -compared(one, other) : compared(one, other)));
    return [...filled, ...empty].map(({ row }) => row);
  };

  const markHeading = (headings, column, isDown) => {
    headings.forEach((heading, number) => {
      if (number === column) heading.ariaSort = isDown ? "descending" : "ascending";
      else heading.removeAttribute("aria-sort");
    });
  };

  /* Makes the headings of a table sort; `sort` gets the column and whether it goes down. */
  const listenToHeadings = (headings, sort) => {
    headings.forEach((heading, column) => {
      const button = heading.querySelector("button");
      button.disabled = false;
      button.addEventListener("click", () => sort(column, heading.ariaSort === "ascending"));
    });
  };

  const sortPlainTable = (table) => {
    const body = table.tBodies[0];
    const headings = [...table.tHead.rows[0].cells];
    const rows = [...body.rows];
    listenToHeadings(headings, (column, isDown) => {
      markHeading(headings, column, isDown);
      body.replaceChildren(
        ...sorted(rows, column, headings[column].dataset.type === "number", isDown),
      );
    });
  };

  const open = (row, isOpen) => {
    const folded = row.rows[1].querySelector("noscript");
    if (folded) {
      // where scripts run, a noscript is one text: the same escaped HTML that others see parsed
      const unfolded = document.createElement("div");
      unfolded.innerHTML = folded.textContent;
      folded.replaceWith(...unfolded.childNodes);
    }
    row.rows[1].classList.toggle("open", isOpen);
    row.rows[0].querySelector("button").ariaExpanded = String(isOpen);
  };

  const isOpen = (row) => row.rows[1].classList.contains("open");

  class Cases {
    constructor(section) {
      this.table = section.querySelector("table.cases");
      this.headings = [...this.table.tHead.rows[0].cells];
      this.rows = [...this.table.tBodies];
      this.count = section.querySelector(".shown");
      this.more = section.querySelector(".more button");
      this.controls = [...document.querySelectorAll("[data-filter]")];
      this.chosen = {}; // name of a filter -> the value it asks for
      this.order = null; // [column, goes down]
      this.limit = STEP;
      this.values = new Map(this.rows.map((row) => [row, this.valuesOf(row)]));
      this.listen(section);
      this.readAddress();
    }

    valuesOf(row) {
      const { searched = "", ...data } = row.dataset;
      const lists = Object.entries(data).map(([name, value]) => [
        name,
        value.startsWith("[") ? JSON.parse(value) : [value],
      ]);
      return { ...Object.fromEntries(lists), words: `${row.rows[0].textContent} ${searched}`.toLowerCase() };
    }

    listen(section) {
      const form = section.querySelector("form");
      form.hidden = false;
      form.addEventListener("submit", (event) => event.preventDefault());
      form.querySelector(".reset").addEventListener("click", () => this.choose({}));
      this.controls.forEach((control) => this.listenTo(control));
      listenToHeadings(this.headings, (column, isDown) => this.sort(column, isDown));
      this.more.addEventListener("click", () => this.showMore());
      this.table.addEventListener("click", (event) => this.clicked(event));
      window.addEventListener("hashchange", () => this.readAddress());
    }

    listenTo(control) {
      const name = control.dataset.filter;
      const take = (value) => this.choose({ ...this.chosen, [name]: value });
      if (control.tagName === "BUTTON") {
        control.disabled = false;
        control.addEventListener("click", () =>
          take(this.chosen[name] === control.value ? "" : control.value),
        );
      } else if (control.type === "search") {
        let waiting;
        control.addEventListener("input", () => {
          clearTimeout(waiting);
          waiting = setTimeout(() => take(control.value), PAUSE);
        });
      } else {
        control.addEventListener("change", () => take(control.value));
      }
    }

    clicked(event) {
      const row = event.target.closest("tbody");
      const isDetail = event.target.closest(".details");
      if (!row || isDetail || !getSelection().isCollapsed) return;
      open(row, !isOpen(row));
    }

    choose(chosen) {
      const asked = Object.entries(chosen).filter(([, value]) => value !== "");
      this.chosen = Object.fromEntries(asked);
      this.limit = STEP;
      this.show();
      this.writeAddress();
    }

    sort(column, isDown) {
      this.order = [column, isDown];
      this.show();
      this.writeAddress();
    }

    showMore() {
      const first = this.matching[this.limit];
      this.limit += STEP;
      this.show();
      first.querySelector("button").focus();
    }

    matches(row) {
      const values = this.values.get(row);
      return Object.entries(this.chosen).every(([name, wanted]) =>
        name === "q"
          ? wanted.toLowerCase().split(/\s+/).every((word) => values.words.includes(word))
          : values[name]?.includes(wanted),
      );
    }

    show() {
      const ordered = this.order ? this.inOrder(...this.order) : this.rows;
      this.matching = ordered.filter((row) => this.matches(row));
      const kept = [this.table.caption, this.table.tHead];
      this.table.replaceChildren(...kept, ...this.matching.slice(0, this.limit));
      this.showState();
    }

    inOrder(column, isDown) {
      const key = `${column} ${isDown}`;
      if (this.orderedBy !== key) {
        const isNumber = this.headings[column].dataset.type === "number";
        this.ordered = sorted(this.rows, column, isNumber, isDown);
        this.orderedBy = key;
      }
      return this.ordered;
    }

    showState() {
      const number = (count) => count.toLocaleString("en");
      const [found, all] = [this.matching.length, this.rows.length];
      const cut = found > this.limit ? `, the first ${number(this.limit)} are shown` : "";
      this.count.textContent =
        found === all ? `${number(all)} ${all === 1 ? "case" : "cases"}${cut}` : `${number(found)} of ${number(all)} cases${cut}`;
      this.more.hidden = found <= this.limit;
      this.more.textContent = `Show ${number(Math.min(STEP, found - this.limit))} more`;
      markHeading(this.headings, ...(this.order ?? [-1, false]));
      for (const control of this.controls) this.showChosen(control);
    }

    showChosen(control) {
      const value = this.chosen[control.dataset.filter] ?? "";
      if (control.tagName === "BUTTON") control.ariaPressed = String(value === control.value);
      else if (control.value !== value && control !== document.activeElement) control.value = value;
    }

    /* The filters in the address, so that a view can be shared: #label=reader_missed&sort=F1 */
    writeAddress() {
      const words = new URLSearchParams(this.chosen);
      if (this.order) {
        const [column, isDown] = this.order;
        words.set("sort", this.headings[column].textContent.trim());
        if (isDown) words.set("down", "1");
      }
      history.replaceState(null, "", `#${words}`);
    }

    readAddress() {
      const address = location.hash.slice(1);
      if (address === "" || address.includes("=")) {
        const { sort, down, ...chosen } = Object.fromEntries(new URLSearchParams(address));
        const column = this.headings.findIndex((heading) => heading.textContent.trim() === sort);
        const known = new Set(this.controls.map((control) => control.dataset.filter));
        const asked = Object.entries(chosen).filter(([name, value]) => known.has(name) && value);
        this.chosen = Object.fromEntries(asked);
        this.order = column < 0 ? null : [column, down === "1"];
        this.limit = STEP;
      }
      this.show();
    }
  }

  try {
    document.querySelectorAll('table[data-sortable="rows"]').forEach(sortPlainTable);
    for (const button of document.querySelectorAll(".case button")) button.disabled = false;
    new Cases(document.getElementById("cases"));
  } finally {
    document.documentElement.classList.remove("loading");
  }
})();
