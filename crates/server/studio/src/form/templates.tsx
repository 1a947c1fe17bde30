// How the form frames its fields.

import type {
    ArrayFieldItemTemplateProps,
    ArrayFieldTemplateProps,
    FieldTemplateProps,
    ObjectFieldTemplateProps,
    WrapIfAdditionalTemplateProps,
} from "@rjsf/utils";
import { ADDITIONAL_PROPERTY_FLAG } from "@rjsf/utils";
import { useEffect, useRef } from "react";
import type { Schema } from "../types";
import { Errors, Group, Help } from "./parts";
import { Required } from "./Variants";
import { isFree, typeOf, variants } from "./schema";

const isBare = (uiSchema: unknown) =>
    Boolean(((uiSchema as Schema | undefined)?.["ui:options"] as Schema | undefined)?.bare);

export function FieldTemplate(props: FieldTemplateProps) {
    const { id, label, required, schema, uiSchema, rawDescription, rawErrors, hidden, children } = props;
    if (hidden) return <div hidden>{children}</div>;
    const type = typeOf(schema);
    const isMany = type === "array" && Boolean((schema as Schema).items?.enum && schema.uniqueItems);
    // These frame themselves.
    const hasFrame =
        variants(schema).length > 0 || ((type === "object" || type === "array") && !isMany && !isFree(schema));
    if (hasFrame) {
        return (
            <Additional {...props}>
                {children}
                {id !== "root" && <Errors id={id} errors={rawErrors} />}
            </Additional>
        );
    }
    const isQuiet = isBare(uiSchema) || typeof props.fieldPathId.path.at(-1) === "number";
    const words = (
        <>
            {label}
            {required && !isQuiet && <Required />}
        </>
    );
    return (
        <Additional {...props}>
            <div className="field" data-wrong={(rawErrors && rawErrors.length > 0) || undefined}>
                {isMany ? (
                    <span className="label" id={`${id}.label`}>
                        {words}
                    </span>
                ) : (
                    <label htmlFor={id} className={isQuiet ? "hidden" : undefined}>
                        {words}
                    </label>
                )}
                <Help id={`${id}.help`} text={rawDescription} />
                {children}
                <Errors id={id} errors={rawErrors} />
            </div>
        </Additional>
    );
}

/** A field whose name is the person's own. */
export function Additional({
    id,
    label,
    schema,
    onKeyRenameBlur,
    onRemoveProperty,
    children,
}: Pick<
    WrapIfAdditionalTemplateProps,
    "id" | "label" | "schema" | "onKeyRenameBlur" | "onRemoveProperty" | "children"
>) {
    if (!(ADDITIONAL_PROPERTY_FLAG in schema)) return <>{children}</>;
    return (
        <div className="named">
            <div className="field">
                <label htmlFor={`${id}.name`}>Name</label>
                <input id={`${id}.name`} defaultValue={label} onBlur={onKeyRenameBlur} />
            </div>
            {children}
            <button type="button" className="link" onClick={onRemoveProperty}>
                Remove {label}
            </button>
        </div>
    );
}

export function ObjectTemplate({
    fieldPathId,
    title,
    description,
    required,
    properties,
    schema,
    uiSchema,
    errorSchema,
    formData,
    onAddProperty,
}: ObjectFieldTemplateProps) {
    const id = fieldPathId.$id;
    const hintOf = (name: string) => (schema.properties?.[name] ?? {}) as Schema;
    const isFolded = (name: string) => Boolean(hintOf(name)["x-advanced"]) && !(schema.required ?? []).includes(name);
    const folded = properties.filter(({ name }) => isFolded(name));
    // What is filled in or wrong is not hidden.
    const open = folded.some(({ name }) => formData?.[name] !== undefined || errorSchema?.[name] !== undefined);
    const fields = (
        <>
            {properties.filter(({ name }) => !isFolded(name)).map(({ content }) => content)}
            {schema.additionalProperties !== undefined && schema.additionalProperties !== false && (
                <button type="button" className="quiet" onClick={onAddProperty}>
                    Add a field
                </button>
            )}
            {folded.length > 0 && (
                <Group legend={`More fields (${folded.length})`} open={open}>
                    {folded.map(({ content }) => content)}
                </Group>
            )}
        </>
    );
    // An item of a list has the list's frame.
    if (id === "root" || isBare(uiSchema) || typeof fieldPathId.path.at(-1) === "number")
        return (
            <div id={id === "root" ? undefined : id} tabIndex={-1}>
                {fields}
            </div>
        );
    return (
        <fieldset className="group" id={id} tabIndex={-1}>
            <legend>
                {title}
                {required && <Required />}
            </legend>
            <Help
                id={`${id}.help`}
                text={typeof description === "string" ? description : (schema.description as string)}
            />
            {fields}
        </fieldset>
    );
}

export function ArrayTemplate({
    fieldPathId,
    title,
    schema,
    items,
    canAdd,
    onAddClick,
    required,
}: ArrayFieldTemplateProps) {
    const id = fieldPathId.$id;
    const begun = useRef(false);
    // A list that needs something begins with it.
    useEffect(() => {
        if (begun.current) return;
        begun.current = true;
        if (required && items.length === 0 && (schema.minItems ?? 0) > 0) onAddClick();
    });
    return (
        <fieldset className="group" id={id} tabIndex={-1}>
            <legend>
                {title}
                {required && <Required />}
            </legend>
            <Help id={`${id}.help`} text={schema.description} />
            <ol className="items">{items}</ol>
            {canAdd && (
                <button type="button" className="quiet" onClick={onAddClick}>
                    Add to {title || "the list"}
                </button>
            )}
        </fieldset>
    );
}

export function ItemTemplate({ children, buttonsProps, index, totalItems }: ArrayFieldItemTemplateProps) {
    const number = index + 1;
    return (
        <li className="item">
            <div className="item-bar">
                <span>{number}</span>
                {totalItems > 1 && buttonsProps.hasMoveUp && (
                    <button
                        type="button"
                        className="link"
                        onClick={buttonsProps.onMoveUpItem}
                        aria-label={`Move item ${number} up`}
                    >
                        ↑
                    </button>
                )}
                {totalItems > 1 && buttonsProps.hasMoveDown && (
                    <button
                        type="button"
                        className="link"
                        onClick={buttonsProps.onMoveDownItem}
                        aria-label={`Move item ${number} down`}
                    >
                        ↓
                    </button>
                )}
                {buttonsProps.hasRemove && (
                    <button
                        type="button"
                        className="link"
                        onClick={buttonsProps.onRemoveItem}
                        aria-label={`Remove item ${number}`}
                    >
                        Remove
                    </button>
                )}
            </div>
            {children}
        </li>
    );
}
