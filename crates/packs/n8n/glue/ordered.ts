/** Fields whose order has a meaning: the first one says which of the others there are. */

import type { INodeProperties } from 'n8n-workflow';

export const ordered = (fields: INodeProperties[]): INodeProperties[] => fields;
