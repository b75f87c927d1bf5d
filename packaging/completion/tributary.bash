# Completes tributary(1) in bash. Made by: tributary completion bash
_tributary() {
  local command=tributary words='' word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$command $word" in
      'tributary run' | 'tributary check' | 'tributary status' | 'tributary top' | 'tributary explain' | 'tributary query' | 'tributary flush' | 'tributary reload' | 'tributary upstream' | 'tributary upstream disable' | 'tributary upstream enable' | 'tributary upstream probe' | 'tributary cache' | 'tributary cache dump' | 'tributary cache load' | 'tributary config' | 'tributary config show' | 'tributary config schema' | 'tributary config reference' | 'tributary version') command="$command $word" ;;
    esac
  done
  case $command in
    'tributary') words='run check status top explain query flush reload upstream cache config version --help' ;;
    'tributary run') words='--help --config --listen' ;;
    'tributary check') words='--help' ;;
    'tributary status') words='--help --config --socket --json' ;;
    'tributary top') words='--help --config --socket' ;;
    'tributary explain') words='--help --config --socket --json --fresh --strategy' ;;
    'tributary query') words='--help --config --socket --json --dnssec' ;;
    'tributary flush') words='--help --config --socket --json --type --subtree' ;;
    'tributary reload') words='--help --config --socket --json' ;;
    'tributary upstream') words='disable enable probe --help' ;;
    'tributary upstream disable') words='--help --config --socket --json' ;;
    'tributary upstream enable') words='--help --config --socket --json' ;;
    'tributary upstream probe') words='--help --config --socket --json' ;;
    'tributary cache') words='dump load --help' ;;
    'tributary cache dump') words='--help --config --socket --json' ;;
    'tributary cache load') words='--help --config --socket --json' ;;
    'tributary config') words='show schema reference --help' ;;
    'tributary config show') words='--help --config --socket --json' ;;
    'tributary config schema') words='--help' ;;
    'tributary config reference') words='--help' ;;
    'tributary version') words='--help' ;;
  esac
  COMPREPLY=()
  case ${COMP_WORDS[COMP_CWORD-1]} in
    --config | --socket) return ;; # files, as readline completes them
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _tributary tributary
