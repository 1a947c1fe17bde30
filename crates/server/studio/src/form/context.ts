// What the parts of a form know about the whole.

import { createContext, useContext } from "react";
import type { Choice, Data, Json, Schema } from "../types";
import type { Path } from "./paths";

export type FormState = {
  schema: Schema;
  /** What has been filled in so far. */
  data: Data;
  set: (path: Path, value: Json | undefined) => void;
  /** Looks up what can be chosen for a field; absent where nobody can be asked. */
  choices?: (field: string, query: string, signal: AbortSignal) => Promise<{ choices: Choice[]; more: boolean }>;
  /** Sends a file ahead, and gives the reference to it. */
  upload?: (file: File) => Promise<string>;
};

export const FormContext = createContext<FormState>({ schema: {}, data: {}, set: () => undefined });

export const useForm = () => useContext(FormContext);
