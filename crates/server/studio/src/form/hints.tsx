// Which part of the form shows a field, by the hints in its schema.

import { getDefaultRegistry } from "@rjsf/core";
import type { FieldProps, UiSchema } from "@rjsf/utils";
import type { Schema } from "../types";
import { ChoiceWidget } from "./Choice";
import { FileWidget } from "./FileDrop";
import { JsonField } from "./JsonField";
import { BooleanWidget, ManyWidget } from "./widgets";
import { Variants } from "./Variants";
import { isFree, typeOf, variants } from "./schema";

const Core = getDefaultRegistry().fields.SchemaField;

export function hints(schema: Schema): UiSchema {
    if (schema.const !== undefined) return { "ui:widget": "hidden" };
    if (variants(schema).length > 0)
        return { "ui:field": Variants, "ui:options": { fieldReplacesAnyOrOneOf: true } } as unknown as UiSchema;
    if (isFree(schema)) return { "ui:field": JsonField } as unknown as UiSchema;
    const type = typeOf(schema);
    if (type === "array") return schema.items?.enum && schema.uniqueItems ? { "ui:widget": ManyWidget } : {};
    if (type === "object") return {};
    if (schema["x-choices"] !== undefined) return { "ui:widget": ChoiceWidget };
    if (schema["x-file"] !== undefined) return { "ui:widget": FileWidget };
    if (schema["x-secret"]) return { "ui:widget": "password" };
    if (schema["x-multiline"]) return { "ui:widget": "textarea" };
    return type === "boolean" ? { "ui:widget": BooleanWidget } : {};
}

export function HintedField(props: FieldProps) {
    const resolved = props.schema.$ref
        ? (props.registry.schemaUtils.retrieveSchema(props.schema, props.formData) as Schema)
        : props.schema;
    const { "ui:options": own, ...more } = hints(resolved);
    const given = props.uiSchema ?? {};
    return (
        <Core
            {...props}
            uiSchema={{ ...more, ...given, "ui:options": { ...(own as object), ...(given["ui:options"] as object) } }}
        />
    );
}
