export type ToolName =
  | 'restic'
  | 'pushgateway'
  | 'rest-server'
  | 'promtool'
  | 'prometheus'
  | 'go'
  | 'chromium'
  | 'helm'
  | 'kubectl'
  | 'node24'
  | 'kubeconform'
  | 'kube-score'
  | 'python3'
  | 'prometheus-client'

export declare const root: string
export declare const toolsFolder: string
export declare const binFolder: string
export declare function atLeast(found: string, minimum: string): boolean
export declare function versionOf(path: string): string | undefined
export declare function findTool(name: ToolName): string | undefined
export declare function toolPath(name: ToolName): string
export declare function toolSearchPath(): string
