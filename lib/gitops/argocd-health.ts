import { apiGroup } from '../api/group.js'

/** What Argo CD’s evaluator takes: Lua that returns a table of `status` and `message`. */
const summarized = `local hs = { status = "Progressing", message = "Holdfast's controller has not looked at it yet" }
if obj.metadata.deletionTimestamp ~= nil then
  hs.message = "it is being deleted"
  return hs
end
local status = obj.status
if status == nil or status.conditions == nil then
  return hs
end
if status.observedGeneration ~= nil and status.observedGeneration ~= obj.metadata.generation then
  return hs
end
local conditions = {}
for _, condition in ipairs(status.conditions) do
  conditions[condition.type] = condition
end
local function is(kind, value)
  return conditions[kind] ~= nil and conditions[kind].status == value
end
local ready = conditions["Ready"]
if ready == nil then
  return hs
end
hs.message = ready.reason .. ": " .. ready.message
`

const judged = `if is("Reconciling", "True") then
  hs.status = "Progressing"
elseif ready.status == "True" then
  hs.status = "Healthy"
elseif is("Stalled", "True") or ready.status == "False" then
  hs.status = "Degraded"
end
return hs
`

// A pause is meant, whatever it leads to: the message still says how the policy stands.
const paused = `if is("Paused", "True") then
  hs.status = "Suspended"
  hs.message = "paused; " .. hs.message
  return hs
end
`

// A session of a paused policy never runs: it is neither well nor ill.
const skipped = `if status.phase == "Skipped" and ready.reason == "Paused" then
  hs.status = "Suspended"
  return hs
end
`

const withoutStatus = `local hs = { status = "Healthy", message = "" }
if obj.metadata.deletionTimestamp ~= nil then
  hs.status = "Progressing"
  hs.message = "it is being deleted"
end
return hs
`

/** How Argo CD tells the health of an object, by kind: a Lua script each. */
export const argoHealthScripts = {
  Repository: `${summarized}${judged}`,
  BackupConfiguration: `${summarized}${paused}${judged}`,
  BackupSession: `${summarized}${skipped}${judged}`,
  RestoreSession: `${summarized}${judged}`,
  Function: withoutStatus,
  Task: withoutStatus,
} as const satisfies Record<string, string>

/** The entries of Argo CD’s ConfigMap `argocd-cm` that carry the scripts. */
export function argoHealthSettings(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(argoHealthScripts).map(([kind, script]) => [
      `resource.customizations.health.${apiGroup}_${kind}`,
      script,
    ]),
  )
}
