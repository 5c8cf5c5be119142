
const form = document.getElementById("filters");
const rows = [...document.querySelectorAll("tr[data-family]")];
const all = [...rows, ...document.querySelectorAll("article[data-family]")];

function filter() {
  const wanted = [...form.querySelectorAll("fieldset")].map(set => [
    set.dataset.filter, [...set.querySelectorAll(":checked")].map(box => box.value)]);
  for (const each of all)
    each.hidden = !wanted.every(([name, values]) =>
      !values.length || each.dataset[name].split(" ").some(value => values.includes(value)));
  for (const body of new Set(rows.map(row => row.closest("tbody"))))
    body.hidden = !body.querySelector("tr:not([hidden]):not(.family)");
  document.getElementById("shown").value = `${rows.filter(row => !row.hidden).length} of ${rows.length} rules shown`;
}

form.addEventListener("change", filter);
form.addEventListener("reset", () => setTimeout(filter));
form.hidden = false;
filter();

for (const pre of document.querySelectorAll(".reproduce pre")) {
  const button = document.createElement("button");
  button.textContent = "copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = "selected";
    }
  });
  pre.before(button);
}

// A link to a finding that the filters hide shows it again.
addEventListener("hashchange", () => {
  if (document.getElementById(location.hash.slice(1))?.hidden) { form.reset(); }
});
