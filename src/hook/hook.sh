#!/bin/sh
# In: an event of Claude Code on standard input, and the variables named below. Out: a ticket in inbox/, and a worker
# that runs. Always: no output, exit 0, a few milliseconds. A ticket replaces no other, and counts from the moment its end
# mark is written: what a killed hook leaves has none, and the worker clears it.
# For dash, bash, zsh and busybox; sourced by the installed entry (`[ -r F ] && . F; exit 0`) or executed.

# Filled in by `install`. Nothing in the environment moves these: a project's settings can put anything there.
turnspan_dir='@turnspan_dir@'
turnspan_node='@turnspan_node@'
turnspan_worker='@turnspan_worker@'
turnspan_path='@turnspan_path@'
turnspan_home='@turnspan_home@'

# A shell that gives up by itself says 2, and 2 from a hook blocks the turn.
trap 'exit 0' EXIT
[ -w /dev/null ] && exec >/dev/null 2>&1
PATH=$turnspan_path
[ -z "${ZSH_VERSION-}" ] || emulate sh
set +e +u -C
umask 077
# Values are bytes, and `cat` has no locale to load.
export LC_ALL=C

# Starting a process costs more than all the rest, so /proc is read by the shell itself, and a ticket costs one `cat`: the
# end mark makes it whole in one write, as a rename would for another process.
# Sets turnspan_name, _state, _parent and _start from fields 2, 3, 4 and 22 of /proc/$1/stat; fails where there is none.
# The name stands in parentheses and may hold spaces, parentheses and newlines.
turnspan_stat() {
  turnspan_line=
  while read -r turnspan_part; do turnspan_line=$turnspan_line$turnspan_part; done <"/proc/$1/stat"
  turnspan_name=${turnspan_line#*'('}
  turnspan_name=${turnspan_name%')'*}
  set -- ${turnspan_line##*') '}
  turnspan_state=${1-} turnspan_parent=${2-} turnspan_start=${20-}
  [ -n "$turnspan_start" ]
}

turnspan_stat self
turnspan_born=${turnspan_start:-0}

# The client, whose own environment the worker reads: CLAUDE_PID where that is an ancestor, else the first ancestor that is no
# shell. Clients before 2.1.220 do not set CLAUDE_PID, so a project's settings may have: to them no other process answers.
turnspan_client= turnspan_nearest=
turnspan_pid=$turnspan_parent
while turnspan_stat "${turnspan_pid:-0}"; do
  turnspan_this="$turnspan_pid $turnspan_start"
  [ "$turnspan_pid" = "${CLAUDE_PID-}" ] && turnspan_client=$turnspan_this && break
  case $turnspan_name in
    sh | ash | bash | busybox | dash | ksh | mksh | yash | zsh) ;;
    node | claude) turnspan_nearest=${turnspan_nearest:-$turnspan_this} ;;
    # In a container the client may be process 1; any other process 1 has only adopted an orphan.
    *) [ "$turnspan_pid" = 1 ] || turnspan_nearest=${turnspan_nearest:-$turnspan_this} ;;
  esac
  [ -n "${CLAUDE_PID-}" ] || [ -z "$turnspan_nearest" ] || break
  turnspan_pid=$turnspan_parent
done
turnspan_client=${turnspan_client:-$turnspan_nearest}

# Only what is named here enters a ticket, never a pattern: the environment holds secrets. src/hook/variables.ts is the same list.
turnspan_write() {
  printf '%s\0' TURNSPAN_TICKET=1 ${turnspan_client:+"TURNSPAN_CLIENT=$turnspan_client"} \
    ${TRACEPARENT+"TRACEPARENT=$TRACEPARENT"} \
    ${TRACESTATE+"TRACESTATE=$TRACESTATE"} \
    ${CLAUDE_PID+"CLAUDE_PID=$CLAUDE_PID"} \
    ${CLAUDE_PROJECT_DIR+"CLAUDE_PROJECT_DIR=$CLAUDE_PROJECT_DIR"} \
    ${CLAUDE_CONFIG_DIR+"CLAUDE_CONFIG_DIR=$CLAUDE_CONFIG_DIR"} \
    ${CLAUDE_CODE_ENABLE_TELEMETRY+"CLAUDE_CODE_ENABLE_TELEMETRY=$CLAUDE_CODE_ENABLE_TELEMETRY"} \
    ${CLAUDE_CODE_ENHANCED_TELEMETRY_BETA+"CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=$CLAUDE_CODE_ENHANCED_TELEMETRY_BETA"} \
    ${ENABLE_ENHANCED_TELEMETRY_BETA+"ENABLE_ENHANCED_TELEMETRY_BETA=$ENABLE_ENHANCED_TELEMETRY_BETA"} \
    ${CLAUDE_CODE_SESSION_ID+"CLAUDE_CODE_SESSION_ID=$CLAUDE_CODE_SESSION_ID"} \
    ${CLAUDE_CODE_ENTRYPOINT+"CLAUDE_CODE_ENTRYPOINT=$CLAUDE_CODE_ENTRYPOINT"} \
    ${TURNSPAN_CONTENT+"TURNSPAN_CONTENT=$TURNSPAN_CONTENT"} \
    ${TURNSPAN_DISABLED+"TURNSPAN_DISABLED=$TURNSPAN_DISABLED"} \
    ${TURNSPAN_USER+"TURNSPAN_USER=$TURNSPAN_USER"} \
    ${TURNSPAN_TAGS+"TURNSPAN_TAGS=$TURNSPAN_TAGS"} \
    ${TURNSPAN_DESTINATION+"TURNSPAN_DESTINATION=$TURNSPAN_DESTINATION"} \
    ${TURNSPAN_NATIVE+"TURNSPAN_NATIVE=$TURNSPAN_NATIVE"} \
    ${OTEL_SDK_DISABLED+"OTEL_SDK_DISABLED=$OTEL_SDK_DISABLED"} \
    ${OTEL_SERVICE_NAME+"OTEL_SERVICE_NAME=$OTEL_SERVICE_NAME"} \
    ${OTEL_RESOURCE_ATTRIBUTES+"OTEL_RESOURCE_ATTRIBUTES=$OTEL_RESOURCE_ATTRIBUTES"} \
    ${OTEL_TRACES_EXPORTER+"OTEL_TRACES_EXPORTER=$OTEL_TRACES_EXPORTER"} \
    ${OTEL_METRICS_EXPORTER+"OTEL_METRICS_EXPORTER=$OTEL_METRICS_EXPORTER"} \
    ${OTEL_LOGS_EXPORTER+"OTEL_LOGS_EXPORTER=$OTEL_LOGS_EXPORTER"} \
    ${OTEL_EXPORTER_OTLP_ENDPOINT+"OTEL_EXPORTER_OTLP_ENDPOINT=$OTEL_EXPORTER_OTLP_ENDPOINT"} \
    ${OTEL_EXPORTER_OTLP_PROTOCOL+"OTEL_EXPORTER_OTLP_PROTOCOL=$OTEL_EXPORTER_OTLP_PROTOCOL"} \
    ${OTEL_EXPORTER_OTLP_HEADERS+"OTEL_EXPORTER_OTLP_HEADERS=$OTEL_EXPORTER_OTLP_HEADERS"} \
    ${OTEL_EXPORTER_OTLP_TIMEOUT+"OTEL_EXPORTER_OTLP_TIMEOUT=$OTEL_EXPORTER_OTLP_TIMEOUT"} \
    ${OTEL_EXPORTER_OTLP_COMPRESSION+"OTEL_EXPORTER_OTLP_COMPRESSION=$OTEL_EXPORTER_OTLP_COMPRESSION"} \
    ${OTEL_EXPORTER_OTLP_CERTIFICATE+"OTEL_EXPORTER_OTLP_CERTIFICATE=$OTEL_EXPORTER_OTLP_CERTIFICATE"} \
    ${OTEL_EXPORTER_OTLP_CLIENT_KEY+"OTEL_EXPORTER_OTLP_CLIENT_KEY=$OTEL_EXPORTER_OTLP_CLIENT_KEY"} \
    ${OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE+"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=$OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"} \
    ${OTEL_EXPORTER_OTLP_TRACES_ENDPOINT+"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=$OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} \
    ${OTEL_EXPORTER_OTLP_TRACES_PROTOCOL+"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=$OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"} \
    ${OTEL_EXPORTER_OTLP_TRACES_HEADERS+"OTEL_EXPORTER_OTLP_TRACES_HEADERS=$OTEL_EXPORTER_OTLP_TRACES_HEADERS"} \
    ${OTEL_EXPORTER_OTLP_TRACES_TIMEOUT+"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=$OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"} \
    ${OTEL_EXPORTER_OTLP_TRACES_COMPRESSION+"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=$OTEL_EXPORTER_OTLP_TRACES_COMPRESSION"} \
    ${OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE+"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE=$OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"} \
    ${OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY+"OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY=$OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY"} \
    ${OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE+"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE=$OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE"} \
    ${OTEL_EXPORTER_OTLP_METRICS_ENDPOINT+"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=$OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"} \
    ${OTEL_EXPORTER_OTLP_METRICS_PROTOCOL+"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=$OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"} \
    ${OTEL_EXPORTER_OTLP_METRICS_HEADERS+"OTEL_EXPORTER_OTLP_METRICS_HEADERS=$OTEL_EXPORTER_OTLP_METRICS_HEADERS"} \
    ${OTEL_EXPORTER_OTLP_METRICS_TIMEOUT+"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT=$OTEL_EXPORTER_OTLP_METRICS_TIMEOUT"} \
    ${OTEL_EXPORTER_OTLP_METRICS_COMPRESSION+"OTEL_EXPORTER_OTLP_METRICS_COMPRESSION=$OTEL_EXPORTER_OTLP_METRICS_COMPRESSION"} \
    ${OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE+"OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE=$OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE"} \
    ${OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY+"OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY=$OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY"} \
    ${OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE+"OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE=$OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE"} \
    ${OTEL_EXPORTER_OTLP_LOGS_ENDPOINT+"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=$OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"} \
    ${OTEL_EXPORTER_OTLP_LOGS_PROTOCOL+"OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=$OTEL_EXPORTER_OTLP_LOGS_PROTOCOL"} \
    ${OTEL_EXPORTER_OTLP_LOGS_HEADERS+"OTEL_EXPORTER_OTLP_LOGS_HEADERS=$OTEL_EXPORTER_OTLP_LOGS_HEADERS"} \
    ${OTEL_EXPORTER_OTLP_LOGS_TIMEOUT+"OTEL_EXPORTER_OTLP_LOGS_TIMEOUT=$OTEL_EXPORTER_OTLP_LOGS_TIMEOUT"} \
    ${OTEL_EXPORTER_OTLP_LOGS_COMPRESSION+"OTEL_EXPORTER_OTLP_LOGS_COMPRESSION=$OTEL_EXPORTER_OTLP_LOGS_COMPRESSION"} \
    ${OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE+"OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE=$OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE"} \
    ${OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY+"OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY=$OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY"} \
    ${OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE+"OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE=$OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE"} \
    ${OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE+"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=$OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"} \
    ${OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT+"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=$OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"} \
    ${OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT+"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT=$OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"} \
    ${OTEL_ATTRIBUTE_COUNT_LIMIT+"OTEL_ATTRIBUTE_COUNT_LIMIT=$OTEL_ATTRIBUTE_COUNT_LIMIT"} \
    ${OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT+"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT=$OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT"} \
    ${OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT+"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=$OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"} \
    ${OTEL_SPAN_EVENT_COUNT_LIMIT+"OTEL_SPAN_EVENT_COUNT_LIMIT=$OTEL_SPAN_EVENT_COUNT_LIMIT"} \
    ${OTEL_SPAN_LINK_COUNT_LIMIT+"OTEL_SPAN_LINK_COUNT_LIMIT=$OTEL_SPAN_LINK_COUNT_LIMIT"} \
    ${OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT+"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT=$OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"} \
    ${OTEL_LINK_ATTRIBUTE_COUNT_LIMIT+"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT=$OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"} \
    ${OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT+"OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT=$OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT"} \
    ${OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT+"OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT=$OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT"} \
    ${HTTP_PROXY+"HTTP_PROXY=$HTTP_PROXY"} \
    ${HTTPS_PROXY+"HTTPS_PROXY=$HTTPS_PROXY"} \
    ${NO_PROXY+"NO_PROXY=$NO_PROXY"} \
    ${http_proxy+"http_proxy=$http_proxy"} \
    ${https_proxy+"https_proxy=$https_proxy"} \
    ${no_proxy+"no_proxy=$no_proxy"} \
    ${NODE_EXTRA_CA_CERTS+"NODE_EXTRA_CA_CERTS=$NODE_EXTRA_CA_CERTS"} \
    ${SSL_CERT_FILE+"SSL_CERT_FILE=$SSL_CERT_FILE"} \
    ${SSL_CERT_DIR+"SSL_CERT_DIR=$SSL_CERT_DIR"} \
    '' && cat && printf '\0TURNSPAN_END\0'
}

# `set -C` refuses a name that is there already: process ids repeat, and after a new start of the machine so do start times.
turnspan_count=0
while [ "$turnspan_count" -lt 100 ]; do
  turnspan_ticket=$turnspan_dir/inbox/$$-$turnspan_born-$turnspan_count
  turnspan_count=$((turnspan_count + 1))
  turnspan_fate=refused
  { turnspan_write && turnspan_fate=whole || turnspan_fate=torn; } >"$turnspan_ticket"
  case $turnspan_fate in
    refused) [ -e "$turnspan_ticket" ] || break ;;
    torn) rm -f "$turnspan_ticket" && break ;;
    whole) break ;;
  esac
done

# Asked only after the ticket is in place: a worker that leaves takes its hint away first and then looks at the inbox once more.
turnspan_worker_lives() {
  turnspan_pid= turnspan_since=
  read -r turnspan_pid turnspan_since <"$turnspan_dir/worker.alive"
  case $turnspan_pid in '' | *[!0-9]*) return 1 ;; esac
  turnspan_stat "$turnspan_pid" && [ "$turnspan_start" = "$turnspan_since" ] || return 1
  case $turnspan_state in [ZXx]) return 1 ;; esac
}

# Nothing of the hook's goes along: no stream, no folder, no variable. Signals to the hook's group are ignored until the
# worker has a session of its own (Node sets them back). `env` would take a path with `=` for a variable, so the launcher's
# name comes first; macOS has no setsid.
turnspan_wake() {
  trap '' HUP INT QUIT TERM
  cd /
  [ -f "$turnspan_node" ] && [ -x "$turnspan_node" ] || turnspan_node=$(command -v node) || exit 0
  command -v setsid && turnspan_launcher=setsid || turnspan_launcher=nohup
  exec env -i "PATH=$turnspan_path" "HOME=$turnspan_home" \
    "$turnspan_launcher" "$turnspan_node" "$turnspan_worker" --dir "$turnspan_dir"
}

turnspan_worker_lives || { turnspan_wake </dev/null & }

exit 0
