export declare const kubernetesSchemas: string
export declare function readKubernetesSchemas(): Map<string, string>
