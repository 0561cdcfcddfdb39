// binaryen, as the packages of the browser tests bring it, and modules that it has read.

import binaryen from "../../tests/e2e/node_modules/binaryen/index.js";

export { binaryen };

/** What every browser since 2022 has, and boot.js asks for. */
const { MutableGlobals, NontrappingFPToInt, SignExt, BulkMemory, BulkMemoryOpt, ReferenceTypes, Multivalue } =
  binaryen.Features;
const FEATURES =
  MutableGlobals | NontrappingFPToInt | SignExt | BulkMemory | BulkMemoryOpt | ReferenceTypes | Multivalue;

/** Reads a module. Its functions have names that are the same with every reading. */
export function open(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES);
  const all = (count, at, info) => Array.from({ length: count }, (_, n) => info(at(n)));
  module.functions = () =>
    all(module.getNumFunctions(), (n) => module.getFunctionByIndex(n), binaryen.getFunctionInfo);
  /** Functions that are not imported. */
  module.own = () => module.functions().filter(({ module: from }) => !from);
  module.globals = () => all(module.getNumGlobals(), (n) => module.getGlobalByIndex(n), binaryen.getGlobalInfo);
  module.tables = () => all(module.getNumTables(), (n) => module.getTableByIndex(n), binaryen.getTableInfo);
  module.exports = () => all(module.getNumExports(), (n) => module.getExportByIndex(n), binaryen.getExportInfo);
  module.elements = () =>
    all(module.getNumElementSegments(), (n) => module.getElementSegmentByIndex(n), binaryen.getElementSegmentInfo);
  return module;
}
