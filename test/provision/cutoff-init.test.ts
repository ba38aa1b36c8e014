import { mortalGuard, survivesCutOffs } from './mortal.ts'

const { scope, init } = mortalGuard({ alarms: true })

survivesCutOffs('init', { scope, before: [], run: init })
