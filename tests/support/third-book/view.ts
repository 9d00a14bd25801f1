import { z } from 'zod';
import type { ItemView } from '../../../services/api/app.ts';
import { type Drill, drillBook } from './book.ts';

const drillSchema = z.object({
  id: z.string(),
  account: z.string(),
  unit: z.string().nullable(),
  topic: z.string().nullable(),
});

export const drillView: ItemView = {
  collection: drillBook.collection,
  schema: drillSchema,
  itemView: ({ findings: _, ...drill }: Drill) => drill,
};
