
const form = document.getElementById("filters");
const rows = [...document.querySelectorAll("tr[data-family]")];
const all = [...rows, ...document.querySelectorAll("article[data-family]")];
const operations = [...document.querySelectorAll("[data-outcome]:not([data-family])")];

function filter() {
  const wanted = [...form.querySelectorAll("fieldset")].map(set => [
    set.dataset.filter, [...set.querySelectorAll(":checked")].map(box => box.value)]);
  for (const each of all)
    each.hidden = !wanted.every(([name, values]) =>
      !values.length || each.dataset[name].split(" ").some(value => values.includes(value)));
  const outcomes = wanted.find(([name]) => name === "outcome")[1];
  for (const each of operations)
    each.hidden = outcomes.length && !each.dataset.outcome.split(" ").some(value => outcomes.includes(value));
  for (const body of new Set([...rows, ...operations].map(row => row.closest("tbody")).filter(Boolean)))
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

// A link leads to what filters hide and to what is folded up.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.closest("[hidden]")) { form.reset(); filter(); }
  for (let each = target?.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
  target?.scrollIntoView();
}
addEventListener("hashchange", reveal);
if (location.hash) reveal();
