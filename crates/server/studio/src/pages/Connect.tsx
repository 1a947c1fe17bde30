// Connects an account: what it is for, and then to the service.

import { type FormEvent, useCallback, useMemo, useState } from "react";
import { Problem, ask } from "../api";
import { SchemaForm } from "../form/SchemaForm";
import { pruned } from "../form/schema";
import { useLoad } from "../load";
import { Page, Wait } from "../parts/Page";
import { ProblemBox } from "../parts/Problem";
import { go, to } from "../route";
import type { Connection, Connector, Data, Me } from "../types";
import { Scopes } from "./Scopes";

export function Connect({ reload }: { me: Me; reload: () => void }) {
    const connectors = useLoad<Connector[]>("/v1/connectors");
    const [chosen, setChosen] = useState<string>();
    return (
        <Page title="Connect an account" crumb={<a href="#/connections">Connections</a>}>
            <Wait loaded={connectors}>
                {(all) => {
                    const connector = all.find(({ id }) => id === chosen) ?? all[0];
                    if (!connector) return <p className="empty">This server has no connector.</p>;
                    return (
                        <>
                            {all.length > 1 && (
                                <div className="field narrow">
                                    <label htmlFor="connector">Service</label>
                                    <select
                                        id="connector"
                                        value={connector.id}
                                        onChange={(event) => setChosen(event.target.value)}
                                    >
                                        {all.map(({ id, title }) => (
                                            <option key={id} value={id}>
                                                {title}
                                            </option>
                                        ))}
                                    </select>
                                </div>
                            )}
                            <ConnectForm key={connector.id} connector={connector} reload={reload} />
                        </>
                    );
                }}
            </Wait>
        </Page>
    );
}

function ConnectForm({ connector, reload }: { connector: Connector; reload: () => void }) {
    const credential = connector.credentials.find(({ required }) => required);
    const isOauth = credential?.kind === "oauth2";
    // What is chosen, entered elsewhere or long has the page behind a link.
    const hasOthers = connector.credentials.some(
        ({ group, id }) => group && group === credential?.group && id !== credential.id,
    );
    const byPage = isOauth || hasOthers || credential?.kind === "device" || credential?.kind === "key";
    const [name, setName] = useState(connector.id);
    const [environment, setEnvironment] = useState(connector.environments[0]?.id);
    const [scopes, setScopes] = useState(() =>
        connector.scopes.filter(({ suggested, minimum }) => suggested || minimum).map(({ id }) => id),
    );
    const [settings, setSettings] = useState<Data>({});
    const [client, setClient] = useState({ id: "", secret: "" });
    const [secret, setSecret] = useState({ user: "", value: "" });
    const [problem, setProblem] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const errorOf = (path: string) =>
        problem?.fields
            .filter((field) => field.path === path)
            .map(({ message }) => message)
            .join("; ");
    const schema = useMemo(() => withoutEnvironment(connector), [connector]);
    const wrong = useMemo(
        () => problem?.fields.filter(({ path }) => path.split(/[.[]/)[0] in (schema?.properties ?? {})) ?? [],
        [problem, schema],
    );

    const submit = useCallback(async () => {
        setBusy(true);
        setProblem(undefined);
        const wanted = {
            connector: connector.id,
            name,
            ...(environment ? { environment } : {}),
            settings: pruned(settings),
            ...(isOauth ? { scopes } : {}),
            ...(byPage ? { return_to: `${location.origin}/#/connections`, ...(client.id ? { client } : {}) } : {}),
            ...(!byPage && credential?.kind === "pair" ? { pair: { user: secret.user, password: secret.value } } : {}),
            ...(!byPage && credential && credential.kind !== "pair" ? { secret: secret.value } : {}),
        };
        try {
            const made = await ask<Connection | { url: string }>("/v1/connections", { body: wanted });
            if ("url" in made) return location.assign(made.url);
            reload();
            go(to("c", made.id));
        } catch (error) {
            setProblem(Problem.of(error));
        }
        setBusy(false);
    }, [connector, name, environment, settings, scopes, client, secret, isOauth, byPage, credential, reload]);

    const head = (
        <>
            <fieldset className="group" id="name-group">
                <legend>Connection</legend>
                <Text
                    id="name"
                    label="Name"
                    help="By this name programs and people find it."
                    value={name}
                    onChange={setName}
                    error={errorOf("name")}
                />
                {connector.environments.length > 1 && (
                    <div className="field">
                        <label htmlFor="environment">Environment</label>
                        <p className="help" id="environment-help">
                            {connector.environments.find(({ id }) => id === environment)?.help}
                        </p>
                        <select
                            id="environment"
                            value={environment}
                            aria-describedby="environment-help"
                            onChange={(event) => setEnvironment(event.target.value)}
                        >
                            {connector.environments.map(({ id, title }) => (
                                <option key={id} value={id}>
                                    {title}
                                </option>
                            ))}
                        </select>
                    </div>
                )}
                {!connector.app && (isOauth || credential?.kind === "device") && (
                    <>
                        <Text
                            id="client"
                            label="App id"
                            help="Of your app at the service: this server has none of its own."
                            value={client.id}
                            onChange={(id) => setClient({ ...client, id })}
                            error={errorOf("client")}
                        />
                        <Text
                            id="client-secret"
                            type="password"
                            label="App secret"
                            value={client.secret}
                            onChange={(secret) => setClient({ ...client, secret })}
                        />
                    </>
                )}
                {!byPage && credential?.kind === "pair" && (
                    <Text
                        id="user"
                        label="User"
                        value={secret.user}
                        onChange={(user) => setSecret({ ...secret, user })}
                    />
                )}
                {credential && !byPage && (
                    <Text
                        id="secret"
                        type="password"
                        label={credential.title}
                        value={secret.value}
                        onChange={(value) => setSecret({ ...secret, value })}
                        error={errorOf("secret")}
                    />
                )}
            </fieldset>
            {isOauth && <Scopes all={connector.scopes} chosen={scopes} onChange={setScopes} />}
        </>
    );
    const foot = (
        <>
            <ProblemBox problem={problem} />
            <p className="buttons">
                <button type="submit" className="primary" disabled={busy || name.trim() === ""}>
                    {byPage ? `Continue to ${connector.title}` : "Save and test"}
                </button>
            </p>
        </>
    );
    return (
        <div className="sheet narrow">
            <p className="lead gap">{connector.summary}</p>
            {schema ? (
                <SchemaForm
                    schema={schema}
                    data={settings}
                    onChange={setSettings}
                    onSubmit={() => void submit()}
                    errors={wrong}
                    label={`Connect ${connector.title}`}
                    before={head}
                >
                    {foot}
                </SchemaForm>
            ) : (
                <form
                    onSubmit={(event: FormEvent) => {
                        event.preventDefault();
                        void submit();
                    }}
                >
                    {head}
                    {foot}
                </form>
            )}
        </div>
    );
}

/** The settings but for the environment, which stands by itself; what asks the account waits until there is one. */
function withoutEnvironment(connector: Connector) {
    const all = connector.settings;
    const fields = Object.entries((all?.properties ?? {}) as Record<string, object>).filter(
        ([name]) => !(name === "environment" && connector.environments.length > 0),
    );
    return fields.length === 0
        ? undefined
        : {
              ...all,
              properties: Object.fromEntries(
                  fields.map(([name, field]) => [name, { ...field, "x-choices": undefined, "x-setting": undefined }]),
              ),
          };
}

type TextProps = {
    id: string;
    label: string;
    help?: string;
    value: string;
    onChange: (value: string) => void;
    error?: string;
    type?: string;
};

function Text({ id, label, help, value, onChange, error, type = "text" }: TextProps) {
    return (
        <div className="field" data-wrong={error ? true : undefined}>
            <label htmlFor={id}>{label}</label>
            {help && (
                <p className="help" id={`${id}-help`}>
                    {help}
                </p>
            )}
            <input
                id={id}
                type={type}
                value={value}
                autoComplete="off"
                aria-invalid={error ? true : undefined}
                aria-describedby={
                    [help ? `${id}-help` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined
                }
                onChange={(event) => onChange(event.target.value)}
            />
            {error && (
                <p className="error" id={`${id}-error`}>
                    {error}
                </p>
            )}
        </div>
    );
}
