// The call in other places, to be copied.

import { useState } from "react";
import { Code } from "../parts/Copy";
import { Tabs } from "../parts/Tabs";
import { type Call, SNIPPETS } from "./snippets";

export function Snippets({ call }: { call: Call }) {
    const [chosen, setChosen] = useState(SNIPPETS[0].id);
    const tabs = SNIPPETS.map(({ id, title, note, text }) => ({
        id,
        title,
        content: () => (
            <>
                <p className="note">{note}</p>
                <Code text={text(call)} label={title} />
            </>
        ),
    }));
    return (
        <div className="inner-tabs">
            <Tabs label="Where to" tabs={tabs} chosen={chosen} onChoose={setChosen} />
        </div>
    );
}
