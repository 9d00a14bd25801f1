import { z } from 'zod';
import type { ItemView } from '../../../services/api/app.ts';
import { type Inspection, inspectionBook } from './book.ts';

const inspectionSchema = z.object({
  id: z.string(),
  account: z.string(),
  unit: z.string().nullable(),
  topic: z.string().nullable(),
});

export const inspectionView: ItemView = {
  collection: inspectionBook.collection,
  schema: inspectionSchema,
  itemView: ({ findings: _, ...inspection }: Inspection) => inspection,
};
