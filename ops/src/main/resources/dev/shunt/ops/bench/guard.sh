# Waits until its standard input closes, which even kill -9 of the benchmark does; then ends its processes (each line of
# the file: id, start time) and removes the directory.
cat >/dev/null
while read -r pid start; do
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
  read -r -a fields <<<"${stat##*) }"
  [[ ${fields[19]} == "$start" ]] && kill -KILL "$pid"
done <"$1/processes"
rm -rf "$1"
