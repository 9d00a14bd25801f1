import { DEFINITIONS } from '../text/definitions.ts';
import { useWords } from './words.ts';

export const useDefinitionWords = () => useWords(DEFINITIONS);
