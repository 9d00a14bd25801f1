import { REGISTERS } from '../text/registers.ts';
import { RISKS } from '../text/risks.ts';
import { useWords } from './words.ts';

const WORDS = { ...REGISTERS, ...RISKS };

/** The words of the register of risks. */
export const useRiskWords = () => useWords(WORDS);
