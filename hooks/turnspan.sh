# The plugin's way to the hook script that `turnspan install` registers: the same script, in the same place, with the same state.
# In: `turnspan_root`, the plugin's folder (a variable that the client sets itself, over a project's), and `turnspan_event`. Out: that script,
# sourced with standard input untouched; before that, once a version, put in place by `turnspan install --place`.
# Always: no output, exit 0. Nothing else of the hook's environment decides anything here, because a project's settings can put
# anything there: the home folder, the search path and the XDG folders are those that the client was started with.
# For dash, bash, zsh and busybox. Why it is done this way: docs/plugin.md.

turnspan_version=0.1.0

# A shell that gives up by itself says 2, and 2 from a hook blocks the turn.
trap 'exit 0' EXIT
[ -w /dev/null ] && exec >/dev/null 2>&1
[ -z "${ZSH_VERSION-}" ] || emulate sh
set +e +u
umask 077
# The last one is NixOS's, which has nothing in the others.
PATH=/usr/bin:/bin:/run/current-system/sw/bin
export LC_ALL=C

# Sets turnspan_name and turnspan_parent of process $1, as in src/hook/hook.sh; fails where there is no /proc.
turnspan_look() {
  turnspan_line=
  while read -r turnspan_part; do turnspan_line=$turnspan_line$turnspan_part; done <"/proc/$1/stat"
  turnspan_name=${turnspan_line#*'('}
  turnspan_name=${turnspan_name%')'*}
  set -- ${turnspan_line##*') '}
  turnspan_parent=${2-}
  [ -n "$turnspan_parent" ]
}

# The client is the nearest ancestor of its name. Where none has it, CLAUDE_PID says which, if that is an ancestor (clients
# before 2.1.220 do not set it, so a project may have); else it is the nearest that is no shell. What stands between, say a
# wrapper, may have been started with a project's variables.
turnspan_client=
turnspan_look self
turnspan_pid=$turnspan_parent
while turnspan_look "${turnspan_pid:-0}"; do
  case $turnspan_name in
    claude | node) turnspan_client=$turnspan_pid && break ;;
    sh | ash | bash | busybox | dash | ksh | mksh | yash | zsh) ;;
    *)
      turnspan_client=${turnspan_client:-$turnspan_pid}
      [ "$turnspan_pid" = "${CLAUDE_PID-}" ] && turnspan_client=$turnspan_pid && break
      ;;
  esac
  turnspan_pid=$turnspan_parent
done

# One variable a line; a line break inside a value becomes another character. The first of a name counts, as for getenv.
turnspan_home= turnspan_search= turnspan_data= turnspan_state_home= turnspan_config_home=
turnspan_ifs=$IFS
IFS='
'
set -f
for turnspan_line in $(tr '\n\0' '\001\n' <"/proc/${turnspan_client:-none}/environ"); do
  turnspan_value=${turnspan_line#*=}
  case $turnspan_line in
    HOME=*) turnspan_home=${turnspan_home:-$turnspan_value} ;;
    PATH=*) turnspan_search=${turnspan_search:-$turnspan_value} ;;
    XDG_DATA_HOME=/*) turnspan_data=${turnspan_data:-$turnspan_value} ;;
    XDG_STATE_HOME=/*) turnspan_state_home=${turnspan_state_home:-$turnspan_value} ;;
    XDG_CONFIG_HOME=/*) turnspan_config_home=${turnspan_config_home:-$turnspan_value} ;;
  esac
done
set +f
IFS=$turnspan_ifs

# Without /proc (macOS): what the system says of the user.
case $turnspan_home in
  /*) ;;
  *)
    turnspan_user=$(id -un)
    case $turnspan_user in '' | -* | *[!A-Za-z0-9._-]*) exit 0 ;; esac
    eval "turnspan_home=~$turnspan_user"
    case $turnspan_home in /*) ;; *) exit 0 ;; esac
    ;;
esac

turnspan_script=${turnspan_data:-$turnspan_home/.local/share}/turnspan/$turnspan_version/hook.sh

# Absolute folders only, and none of a package: the others would find a `node` of the open project.
turnspan_find_node() {
  turnspan_node=
  turnspan_search=$turnspan_search:/usr/local/bin:/opt/homebrew/bin:$turnspan_home/.volta/bin:/usr/bin:/bin
  turnspan_search=$turnspan_search:/run/current-system/sw/bin
  IFS=:
  set -f
  for turnspan_part in $turnspan_search; do
    case $turnspan_part in */node_modules | */node_modules/*) continue ;; /*) ;; *) continue ;; esac
    [ -f "$turnspan_part/node" ] && [ -x "$turnspan_part/node" ] && turnspan_node=$turnspan_part/node && break
  done
  set +f
  IFS=$turnspan_ifs
  [ -n "$turnspan_node" ]
}

# Starts in the root folder and with nothing of the hook's but what was found above. `env` would take a path with `=` for a
# variable, so a shell's name comes first.
turnspan_place() {
  cd / && turnspan_find_node || return 1
  exec env -i "HOME=$turnspan_home" "PATH=$turnspan_search" \
    ${turnspan_data:+"XDG_DATA_HOME=$turnspan_data"} \
    ${turnspan_state_home:+"XDG_STATE_HOME=$turnspan_state_home"} \
    ${turnspan_config_home:+"XDG_CONFIG_HOME=$turnspan_config_home"} \
    /bin/sh -c 'exec "$@"' sh "$turnspan_node" "$turnspan_root/dist/turnspan.cjs" install --place
}

# Only the two events with which a session or a turn begins may take the time; it is needed once.
case $turnspan_event in
  SessionStart | UserPromptSubmit) [ -r "$turnspan_script" ] || (turnspan_place </dev/null) ;;
esac

# The script takes CLAUDE_PID as it is; of an older client it may be a project's.
[ -z "$turnspan_client" ] || CLAUDE_PID=$turnspan_client
[ -r "$turnspan_script" ] && . "$turnspan_script"
exit 0
