/** A component as JavaScript, before it is known which one. */
declare module "component" {
  export function instantiate(
    compile: (name: string) => WebAssembly.Module,
    imports: {},
  ): import("../src/contract.d.ts").Component;
}
