# shellcheck shell=bash disable=SC2015,SC2016,SC2034,SC2154
# test, check, bench and faults, each on servers of its own in a temporary directory. Sourced by ./bus.

temporary=''
summary="0 passed, 1 failed" # until the tests say otherwise: that nothing ran is no success

# --- throw-away servers -------------------------------------------------------------------------

# In /tmp, whatever TMPDIR says: as root the servers run as users who may not reach other places. The logs stay in
# .bus/logs until the next run.
make_temporary() { # COMMAND
  require_dotnet
  prepare_state
  logs=$logs/$1
  rm -rf "$logs" && mkdir "$logs"
  require_servers
  sweep_temporary
  temporary=$(mktemp -d /tmp/bus-run.XXXXXX)
  exec 9>"$temporary/owner"
  flock 9 && echo $$ >&9
  chmod 711 "$temporary"
  servers=$temporary
  # Tests make databases of their own, and nobody misses the data after a power cut.
  postgres_role=SUPERUSER
  [[ $1 == bench ]] || postgres_extra=(-c fsync=off -c full_page_writes=off -c max_prepared_transactions=2) rabbitmq_plugins='[rabbitmq_management]'
  initdb_extra=(--no-sync)
}

# Removes what killed tests left behind: directories whose owner no longer holds its lock (a lock and not a pid, since
# a container that shares /tmp has pids of its own). Everyone may write to /tmp: only directories of ours are touched.
sweep_temporary() {
  local directory
  for directory in /tmp/bus-run.*; do
    [[ -O $directory && ! -L $directory && -s $directory/owner ]] || continue
    exec 9<"$directory/owner"
    ! flock -n 9 || remove_servers "$directory"
    exec 9<&-
  done
}

remove_servers() { # DIRECTORY
  local work
  servers=$1
  # The tests or the measurement, when whoever started them was killed:
  [[ ! -s $1/work ]] || { mapfile -t work <"$1/work"; running "$1/work" "${work[1]}" && stop_group "$REPLY"; }
  stop_servers HURRY
  rm -rf "$1"
}

export_servers() {
  export BUS_POSTGRES=$own_postgres BUS_RABBITMQ=$own_rabbitmq BUS_HOST_EXECUTABLE=$host_executable
  export BUS_POSTGRES_PID=$postgres_pid BUS_RABBITMQ_PID=$rabbitmq_pid
  # Starts any program of RabbitMQ for this node: rabbitmqctl, or rabbitmq-server after it was killed.
  export BUS_RABBITMQ_RUN=$servers/rabbitmq-run BUS_POSTGRES_RUN=$servers/postgres-run BUS_LOGS=$logs
}

# Waits for the spawned tests or measurement; its exit code is left in `status`.
wait_work() { # MARK
  job=$spawned
  printf '%s\n' "$job" "$1" >"$temporary/work"
  wait "$job" 2>/dev/null || status=$? # tests kill servers on purpose, which bash would report here
  job=
}

# --- test ---------------------------------------------------------------------------------------

command_test() { # [FILTER]
  on_end end_test
  make_temporary test
  say "Starting PostgreSQL and RabbitMQ, building …"
  begin_servers
  begin_build "$solution"
  finish_servers
  finish_build
  (($#)) || compile_ahead # a few tests are over sooner without
  run_tests "$@"
}

# The tests start some hundred processes, each of which would compile itself. What this takes is fetched from NuGet, not
# for every kind of machine, and needed for nothing else.
compile_ahead() {
  local start log=$logs/ahead.log
  [[ $(uname -m) == x86_64 ]] || return 0
  now start
  spawn dotnet publish Host "${build_options[@]}" -p:CompileAhead=true -o artifacts/ahead >"$log" 2>&1
  job=$spawned
  wait_job "compiling ahead" || { say "  Not compiled ahead, so the tests take longer: $log"; return 0; }
  host_executable=$root/artifacts/ahead/Bus.Host
  done_step "compile ahead" "$start"
}

run_tests() { # [FILTER]
  local status=0 filter=()
  (($# == 0)) || filter=(--filter "FullyQualifiedName~$1")
  export_servers
  export BUS_RABBITMQ_MANAGEMENT=http://bus:$password@127.0.0.1:$management_port
  if [[ -e tests/clients/package.json ]]; then
    spawn npm ci --prefix tests/clients --no-audit --no-fund >"$logs/npm.log" 2>&1
    job=$spawned
    wait_job "npm ci" || fail_with_log "npm ci in tests/clients failed." "$logs/npm.log"
  fi
  # Most of the processor's time goes into processes that live for seconds: a profile would never pay off.
  DOTNET_TieredPGO=0 spawn dotnet test "$solution" -c Release --no-build --logger trx --logger "console;verbosity=normal" \
    --results-directory "$logs/results" --blame-hang-timeout 12m --blame-hang-dump-type none "${filter[@]}"
  wait_work "dotnet test"
  count_tests "$status"
  [[ $summary == *", 0 failed" ]] || { name_failed >&2; exit 1; }
}

# Adds up the counters of all result files. A runner that failed without naming a test counts as one failure.
count_tests() { # STATUS
  local passed=0 failed=0 name number
  while IFS='="' read -r name _ number; do
    case $name in
      passed) passed=$((passed + number)) ;;
      failed | error | timeout | aborted) failed=$((failed + number)) ;;
    esac
  done < <(cat "$logs"/results/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -oE '[a-zA-Z]+="[0-9]+"' | tr -s '"' '"')
  ((failed > 0 || ($1 == 0 && passed > 0))) || failed=1
  summary="$passed passed, $failed failed"
}

# Which tests failed and what they said, once more at the end: where only the end of the output is kept, it is all there is.
name_failed() {
  cat "$logs"/results/*.trx 2>/dev/null | awk '
    /<UnitTestResult / { failed = /outcome="Failed"/; lines = 0
                         if (failed && match($0, /testName="[^"]*"/)) print "Failed: " substr($0, RSTART + 10, RLENGTH - 11) }
    failed && (/<Message>/ || lines > 0) && lines < 20 { lines++; print "  " substr($0, 1, 400) }
    /<\/ErrorInfo>/ { failed = 0 }' | sed -e 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&#x[AD];//g; s/&amp;/\&/g'
}

end_test() {
  end_temporary
  printf '%s\n' "$summary"
}

end_temporary() {
  [[ ! $installing ]] || { say "Waiting for apt-get to finish …"; wait "$job"; job=; }
  stop_group "$job"
  [[ ! $temporary ]] || remove_servers "$temporary"
}

# --- check --------------------------------------------------------------------------------------

command_check() {
  (($# == 0)) || die "check takes no arguments."
  on_end end_test
  make_temporary check
  stage restore "run: dotnet restore, and commit the changed packages.lock.json" \
    dotnet restore "$solution" --locked-mode
  # Spaces and the order of imports; whatever else is style, the build warns of.
  stage format "run: dotnet format $solution" dotnet format "$solution" --verify-no-changes --no-restore --severity error --diagnostics IMPORTS
  stage build "remove the errors and warnings above" \
    dotnet build "$solution" "${build_options[@]}" --no-restore -warnaserror
  compile_ahead
  say "test"
  begin_servers
  finish_servers
  run_tests
  check_faults "a control without inbox is caught" --control --seed 1 --minutes 0.3
  check_faults "ninety seconds of faults" --seed 1 --minutes 1.5
}

# A run of ./bus faults as one more test.
check_faults() { # NAME ARGS...
  local status=0 start passed=${summary%% *} log=$logs/faults.log
  now start
  run_faults "${@:2}" >>"$log" 2>&1
  summary="$((passed + 1)) passed, 0 failed"
  ((status == 0)) || { summary="$passed passed, 1 failed"; grep -a BROKEN "$log" >&2; fail_with_log "$1: failed." "$log"; }
  done_step "$1" "$start"
}

stage() { # NAME HINT COMMAND...
  local start log=$logs/$1.log
  now start
  spawn "${@:3}" >"$log" 2>&1
  job=$spawned
  wait_job "$1" || fail_with_errors "$1 failed: $2." "$log"
  done_step "$1" "$start"
}

# --- bench --------------------------------------------------------------------------------------

# Only the measurement itself writes to stdout.
command_bench() { # NAME [ARGS]
  local status=0
  (($#)) || die "bench needs the name of a measurement."
  [[ " $valid_measurements " == *" $1 "* ]] || die "unknown measurement '$1'; there is: ${valid_measurements// /, }."
  exec 3>&1 1>&2
  on_end end_temporary
  make_temporary bench
  say "Starting PostgreSQL and RabbitMQ, building …"
  begin_servers
  begin_build "$solution"
  finish_servers
  finish_build
  export_servers
  spawn "$bench_executable" "$@" >&3 3>&-
  wait_work "$bench_executable"
  exit "$status"
}

# --- faults -------------------------------------------------------------------------------------

command_faults() { # [ARGS]
  local status=0
  on_end end_temporary
  make_temporary faults
  say "Starting PostgreSQL and RabbitMQ, building …"
  begin_servers
  begin_build faults
  finish_servers
  finish_build
  run_faults "$@"
  exit "$status"
}

# What the processes log is in .bus/logs.
run_faults() { # [ARGS]
  # A run before has started the servers again, under other ids.
  read -r postgres_pid <"$servers/postgres.pid"
  read -r rabbitmq_pid <"$servers/rabbitmq.pid"
  export_servers
  spawn "$faults_executable" "$@"
  wait_work "$faults_executable"
}
