// What tells the form which alternative some data fits. An interpreter, because the page's policy does not
// let text become code, which other validators make of schemas. The whole input is checked by the
// connector, which knows more than its schema says: the form only shows what that found.

import { Validator } from "@cfworker/json-schema";
import type { RJSFSchema, ValidatorType } from "@rjsf/utils";

const whole = (schema: RJSFSchema, root: RJSFSchema) => ({
  ...(root.$defs ? { $defs: root.$defs } : {}),
  ...(root.definitions ? { definitions: root.definitions } : {}),
  ...schema,
});

export const validator: ValidatorType = {
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  isValid(schema, data, root) {
    try {
      return new Validator(whole(schema, root) as never, "2020-12").validate(data === undefined ? null : data).valid;
    } catch {
      // A schema that cannot be read fits nothing.
      return false;
    }
  },
  rawValidation: () => ({ errors: [] }),
};

export default validator;
