import { OPPORTUNITIES } from '../text/opportunities.ts';
import { REGISTERS } from '../text/registers.ts';
import { useWords } from './words.ts';

const WORDS = { ...REGISTERS, ...OPPORTUNITIES };

/** The words of the register of opportunities. */
export const useOpportunityWords = () => useWords(WORDS);
