// Cuts a module in two: the first has the functions that are named, and data that they can reach;
// the rest has all others, and the small ones of the first once more. What the first calls of the rest stands in it as a stub, which has the
// rest loaded if it is not there yet, and goes on in it. So whatever is called, it is the same
// module to those who use it.
//
// The rest shares memory, tables and globals with the first, and calls it as an import. Where a
// pointer to one of its functions stands in nothing that the first has, the table has no stub: the
// rest writes it there as it comes.

import { binaryen, open } from "./binaryen.mjs";
import { functions, linked, segments } from "./module.mjs";

/** Under these names the two meet. */
export const FIRST = "first";
export const REST = "rest";

const ENTRIES = "entries";
const LOAD = "load";
const MEMORY = "0";
const { none, funcref } = binaryen;

/** The functions of the first that the rest calls. */
export const SHARED = "shared";

/** The rest has functions of so many bytes itself, beside the first: to call them there weighs more in the first. */
const SMALL = 60;

/** What stands for no `char`: code says it often, and means no address. */
const NO_CHAR = 0x11_0000;

/**
 * `bytes` is the module, `raw` the same as the linker wrote it, with relocations; `keep` are the
 * names of the functions of the first.
 */
export function split(bytes, raw, keep) {
  const module = open(bytes);
  const all = module.own();
  const moved = all.filter(({ name }) => !keep.has(name));
  const kept = all.filter(({ name }) => keep.has(name));
  for (const { name } of moved) binaryen.Function.setBody(module.getFunction(name), module.unreachable());
  const { near, far, pointed } = parted(bytes, raw, module);
  const late = lateOnes(moved, pointed);
  const entries = called(module, moved, late);
  const { rest, shared } = restOf(bytes, kept, entries);
  const first = firstOf(bytes, moved, entries, shared, late);
  setData(first, near);
  first.addMemoryExport(MEMORY, `${FIRST}-memory`);
  setData(rest, far);
  rest.addMemoryImport(MEMORY, FIRST, `${FIRST}-memory`);
  return { first: finished(first), rest: finished(rest), entries: entries.length };
}

/** The module with other names for what it imports and exports; what has none is exported no more. */
export function rewired(bytes, names, asked) {
  const module = open(bytes);
  const ways = new Map([
    [binaryen.ExternalFunction, "addFunctionExport"],
    [binaryen.ExternalTable, "addTableExport"],
    [binaryen.ExternalMemory, "addMemoryExport"],
    [binaryen.ExternalGlobal, "addGlobalExport"],
  ]);
  for (const { name, kind, value } of module.exports()) {
    module.removeExport(name);
    if (asked.has(name)) module[ways.get(kind)](value, asked.get(name));
  }
  for (const { name, module: from, base, params, results } of module.functions()) {
    if (from) module.addFunctionImport(name, from, names.get(base) ?? base, params, results);
  }
  return finished(module);
}

/** Whether a place of the table is filled by the rest as it comes: nothing of the first points to it. */
function lateOnes(moved, pointed) {
  const names = new Set(moved.map(({ name }) => name));
  return (name, place) => names.has(name) && !pointed.has(place);
}

/** The functions in the tables: `{ name, table, at, functions }`. */
function pointers(module) {
  return module.elements().map(({ name, table, offset, data }) => {
    return { name, table, at: binaryen.getExpressionInfo(offset).value, functions: data };
  });
}

/** Which of the moved functions, whose bodies are gone, are still wanted. */
function called(module, moved, late) {
  const [{ name: anyone }] = moved;
  point(module, late, anyone);
  module.runPasses(["remove-unused-module-elements"]);
  const left = new Set(module.own().map(({ name }) => name));
  // Who stands in for others may be wanted for that alone; one stub more does no harm.
  module.dispose();
  // Stubs that look alike weigh least beside each other.
  const kind = ({ params, results }) => [params, results].map((type) => binaryen.expandType(type)).join(" ");
  const wanted = moved.filter(({ name }) => left.has(name)).map((entry) => ({ ...entry, kind: kind(entry) }));
  return wanted.sort((a, b) => Number(a.kind > b.kind) - Number(a.kind < b.kind));
}

/** The rest, and the names of the functions that it calls in the first. */
function restOf(bytes, kept, entries) {
  const rest = open(bytes);
  const sizes = functions(bytes).map(({ size }) => size);
  for (const { name, params, results } of kept) {
    if (sizes[name] <= SMALL) continue;
    rest.removeFunction(name);
    rest.addFunctionImport(name, FIRST, name, params, results);
  }
  for (const { name } of rest.exports()) rest.removeExport(name);
  const own = new Set(rest.own().map(({ name }) => name));
  for (const { name } of kept) own.delete(name);
  const written = pointers(rest).flatMap(({ name, table, at, functions }) => {
    rest.removeElementSegment(name);
    return runs(functions, own).map(({ from, to }) => ({ table, at: at + from, functions: functions.slice(from, to) }));
  });
  for (const { name, type, mutable } of rest.globals()) rest.addGlobalImport(name, FIRST, `global-${name}`, type, mutable);
  for (const { name } of rest.tables()) rest.addTableImport(name, FIRST, `table-${name}`);
  rest.addTable(ENTRIES, entries.length, entries.length);
  rest.addActiveElementSegment(ENTRIES, ENTRIES, entries.map(({ name }) => name), rest.i32.const(0));
  rest.addTableImport(ENTRIES, FIRST, ENTRIES);
  for (const [n, { table, at, functions }] of written.entries()) {
    rest.addActiveElementSegment(table, `run-${n}`, functions, rest.i32.const(at));
  }
  rest.runPasses(["remove-unused-module-elements"]);
  const wanted = rest.functions().filter(({ module }) => module === FIRST);
  // By their places in a list: names of a thousand exports weigh more.
  for (const [place, { name, params, results }] of wanted.entries()) {
    rest.addFunctionImport(name, FIRST, `${place}`, params, results);
  }
  const shared = wanted.map(({ name }) => name);
  return { rest, shared };
}

/** Where functions of a list stand that are among the given ones, one after another. */
function runs(functions, given) {
  const found = [];
  for (const [n, name] of functions.entries()) {
    if (!given.has(name)) continue;
    if (found.at(-1)?.to === n) found.at(-1).to = n + 1;
    else found.push({ from: n, to: n + 1 });
  }
  return found;
}

/** Has somebody stand in the tables for who comes late. */
function point(module, late, anyone) {
  for (const { name, table, at, functions } of pointers(module)) {
    module.removeElementSegment(name);
    const there = functions.map((own, n) => (late(own, at + n) ? anyone : own));
    module.addActiveElementSegment(table, name, there, module.i32.const(at));
  }
}

/** The first, with a stub for each entry of the rest. */
function firstOf(bytes, moved, entries, shared, late) {
  const first = open(bytes);
  first.addTable(ENTRIES, entries.length, entries.length);
  first.addTableExport(ENTRIES, ENTRIES);
  for (const { name } of first.tables()) if (name !== ENTRIES) first.addTableExport(name, `table-${name}`);
  for (const { name } of first.globals()) first.addGlobalExport(name, `global-${name}`);
  first.addTable(SHARED, shared.length, shared.length);
  first.addActiveElementSegment(SHARED, SHARED, shared, first.i32.const(0));
  first.addTableExport(SHARED, SHARED);
  first.addFunctionImport(LOAD, REST, LOAD, none, none);
  const missing = first.ref.is_null(first.table.get(ENTRIES, first.i32.const(0), funcref));
  first.addFunction(REST, none, none, [], first.if(missing, first.call(LOAD, [], none)));
  point(first, late, REST);
  for (const { name } of moved) first.removeFunction(name);
  for (const [place, { name, params, results }] of entries.entries()) {
    const given = binaryen.expandType(params).map((type, n) => first.local.get(n, type));
    const go = first.call_indirect(ENTRIES, first.i32.const(place), given, params, results);
    first.addFunction(name, params, results, [], first.block(null, [first.call(REST, [], none), go], results));
  }
  return first;
}

/**
 * The data of the first and of the rest, and the places in the table that the first may call. To the
 * first belongs what its code says the address of, all that can be reached from there, and all that
 * may be written to.
 */
function parted(bytes, raw, first) {
  const { things, named, loose, said } = linked(raw);
  const open = things.filter(({ fixed }) => !fixed);
  const numbers = constants(first);
  for (const address of numbers) {
    for (const thing of named.get(address) ?? []) open.push(thing);
    // Also what no relocation speaks of any more, as constants were folded; the end of a thing is its
    // own only where no other begins.
    const near = things.filter(({ from, to }) => from <= address && address <= to && address !== NO_CHAR);
    const inside = near.filter(({ to }) => address < to);
    open.push(...(inside.length > 0 ? inside : near));
  }
  const reached = new Set();
  for (let thing = open.pop(); thing; thing = open.pop()) {
    if (!reached.has(thing)) open.push(...thing.points);
    reached.add(thing);
  }
  const NEAR = 1;
  const FAR = 2;
  const sides = new Map(segments(bytes).map((segment) => [segment, new Uint8Array(segment.bytes.length)]));
  const mark = (thing, side) => {
    for (const [{ at, bytes: { length } }, side_of] of sides) {
      const from = Math.max(thing.from - at, 0);
      const to = Math.min(thing.to - at, length);
      if (from < to) side_of.fill(side, from, to);
    }
  };
  for (const thing of things) if (!reached.has(thing)) mark(thing, FAR);
  for (const thing of reached) mark(thing, NEAR);
  const pieces = (wanted) => [...sides].flatMap(([segment, side_of]) => cut(segment, (n) => wanted(side_of[n])));
  const pointed = new Set([...loose, ...[...said].filter((place) => numbers.has(place))]);
  for (const { calls } of reached) for (const place of calls) pointed.add(place);
  return { near: pieces((side) => side !== FAR), far: pieces((side) => side === FAR), pointed };
}

/** A new piece costs about as much as so many bytes that are in both. */
const GAP = 8;

/** The pieces of a segment that are wanted. */
function cut({ at, bytes }, wanted) {
  const pieces = [];
  for (let n = 0; n < bytes.length; n++) {
    if (!wanted(n)) continue;
    const last = pieces.at(-1);
    if (last && n - last.to < GAP) last.to = n + 1;
    else pieces.push({ from: n, to: n + 1 });
  }
  return pieces.map(({ from, to }) => ({ at: at + from, bytes: bytes.subarray(from, to) }));
}

/** All numbers in the code of a module that may be addresses. */
function constants(module) {
  const found = new Set();
  const text = module.emitText();
  for (const [, number] of text.matchAll(/(?:i32\.const |offset=)(-?\d+)/g)) found.add(Number(number));
  for (const [, number] of text.matchAll(/i64\.const (-?\d+)/g)) {
    const wide = BigInt.asUintN(64, BigInt(number));
    found.add(Number(wide & 0xffffffffn)).add(Number(wide >> 32n));
  }
  return found;
}

function setData(module, pieces) {
  const { initial, max } = module.getMemoryInfo(MEMORY);
  const data = pieces.map(({ at, bytes }) => ({ offset: module.i32.const(at), data: bytes, passive: false }));
  module.setMemory(initial, max ?? -1, null, data, false, false, MEMORY);
}

function finished(module) {
  module.runPasses(["remove-unused-module-elements"]);
  if (!module.validate()) throw new Error("a part is no valid module");
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
