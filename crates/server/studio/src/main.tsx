import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./style/base.css";
import "./style/frame.css";
import "./style/pages.css";
import "./style/form.css";
import "./style/results.css";
import "./style/chart.css";
import "./style/sizes.css";

const place = document.getElementById("studio");
if (place)
    createRoot(place).render(
        <StrictMode>
            <App />
        </StrictMode>,
    );
