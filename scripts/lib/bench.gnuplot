# SPDX-License-Identifier: MIT
# Draws the medians: scratch, the directory of runs.dat and lists.dat; picture, the file to write.

set terminal svg size 900,400 font "sans-serif,13" background "#ffffff"
set output picture
set multiplot layout 1,2
set style data histogram
set style histogram clustered gap 1
set style fill solid 1.0 noborder
set boxwidth 0.9
set grid ytics lc rgb "#dddddd"
set bmargin 3.5
set border 3 lc rgb "#666666"
set tics nomirror scale 0
set linetype 1 lc rgb "#1b6ca8"
set linetype 2 lc rgb "#7fb6d9"
set linetype 3 lc rgb "#e08e45"
set linetype 4 lc rgb "#b5532a"
set linetype 5 lc rgb "#999999"

set title "One run, ms"
set xrange [-0.6:2.6]
set key top right reverse Left samplen 1
set yrange [0:*]
plot scratch."/runs.dat" using 2:xtic(1) title "static", "" using 3 title "shared", \
  "" using 4 title "curl", "" using 5 title "curl | jq", "" using 6 title "gh"

set key top left
set title "A list of so many tokens, as a table, ms"
set logscale y
set yrange [1:*]
plot scratch."/lists.dat" using 2:xtic(1) title "static", "" using 3 title "shared", \
  "" using 5 title "curl | jq" lt 4
