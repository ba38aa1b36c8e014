import { init, survivesCutOffs } from './mortal.ts'

survivesCutOffs('init', [], init)
