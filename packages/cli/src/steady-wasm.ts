import { setFlagsFromString } from 'node:v8';

/** Calls from WebAssembly to JavaScript until V8 compiles the way of the call anew. */
const NEVER = 1_000_000_000;

/**
 * Keeps V8 from compiling anew how WebAssembly calls JavaScript. Node takes the types out of TypeScript by WebAssembly,
 * in every thread that starts; where two threads compile the same way of a call at the same moment, V8 13.6 frees one
 * of the two as if it were of a module, and the process ends with a segmentation fault
 * (`Runtime_TierUpWasmToJSWrapper`, `NativeModule::FreeCode`). Threads that start later are held to this as well.
 */
export function steadyWasm(): void {
  setFlagsFromString(`--wasm-wrapper-tiering-budget=${NEVER}`);
}
