export { ConnectorError, Refusal, connect, files } from "./index.cjs";
