// What came of a call, in every form that it has.

import { useMemo, useState } from "react";
import type { Json } from "../types";
import { Tabs, type Tab } from "../parts/Tabs";
import { Cards } from "./Cards";
import { Chart } from "./Chart";
import { arePictures } from "./images";
import { JsonView } from "./Json";
import { rows } from "./rows";
import { figures } from "./series";
import { Table } from "./Table";

/** `items` of a list, or else the one `output`. */
export function Results({ items, output, label }: { items?: Json[]; output?: Json; label: string }) {
    const value = items ?? output;
    const things = useMemo(() => items ?? rows(output ?? null), [items, output]);
    const charts = useMemo(() => figures(value), [value]);
    const withPictures = useMemo(() => arePictures(things), [things]);
    const [chosen, setChosen] = useState<string>();
    if (things.length === 0) return <p className="empty">Nothing is in the list.</p>;
    const tabs: Tab[] = [
        ...(withPictures ? [{ id: "pictures", title: "Pictures", content: () => <Cards things={things} /> }] : []),
        ...(charts.length > 0 ? [{ id: "chart", title: "Chart", content: () => <Chart figures={charts} /> }] : []),
        { id: "table", title: "Table", content: () => <Table things={things} label={label} /> },
        { id: "json", title: "JSON", content: () => <JsonView value={value} label={label} /> },
    ];
    return <Tabs label="How to show it" tabs={tabs} chosen={chosen ?? tabs[0].id} onChoose={setChosen} />;
}
