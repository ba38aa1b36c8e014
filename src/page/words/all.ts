import { en } from './en.ts'
import { ja } from './ja.ts'
import type { Language, PageWords } from './words.ts'

export const wordsOf: Readonly<Record<Language, PageWords>> = { en, ja }
