// Finds W3C selectors in texts with Apache Annotator, which knows nothing of Pincite.
// Takes the address of its module; reads [{text, selectors}, ...]; writes, for each selector, every
// [start, end] that it stands for, in code points.
import { argv, stdin, stdout } from "node:process";

const { textPositionSelectorMatcher, textQuoteSelectorMatcher } = await import(argv[2]);
const MATCHERS = {
  TextPositionSelector: textPositionSelectorMatcher,
  TextQuoteSelector: textQuoteSelectorMatcher,
};

function whole(text) {
  const chunk = { data: text, equals: (other) => other.data === text };
  const none = () => null;
  return { currentChunk: chunk, nextChunk: none, previousChunk: none, precedesCurrentChunk: () => false };
}

async function spans(text, selector) {
  const found = [];
  const codePoints = (units) => [...text.slice(0, units)].length;
  for await (const match of MATCHERS[selector.type](selector)(whole(text))) {
    found.push([codePoints(match.startIndex), codePoints(match.endIndex)]);
  }
  return found;
}

let given = "";
for await (const part of stdin.setEncoding("utf8")) given += part;
const all = [];
for (const { text, selectors } of JSON.parse(given)) {
  all.push(await Promise.all(selectors.map((selector) => spans(text, selector))));
}
stdout.write(JSON.stringify(all));
