# SPDX-License-Identifier: GPL-2.0
# Slab memory, objects in pools and free memory over operations, a panel for each.
# Needs: data, picture_title, picture_source, unit.
# The data has the columns operations, MiB slab, objects, MiB free.
load 'data/style.gp'
unset key
unset title
set multiplot layout 3, 1 title picture_title."\n".picture_source \
	margins screen 0.11, 0.97, 0.09, 0.86 spacing screen 0, 0.09
set yrange [0:*]
set offsets 0, 0, graph 0.15, 0
set xrange [0:*]
set format y '%.6g'
set title 'memory of the slab allocator' offset 0, -0.5
set ylabel 'MiB'
plot data using 1:2 with lines lw 2 lc rgb '#D55E00'
set title 'objects in pools'
set ylabel 'objects'
plot data using 1:3 with lines lw 2 lc rgb '#0072B2'
set title 'free memory of the machine'
set ylabel 'MiB'
set xlabel unit.' operations done'
plot data using 1:4 with lines lw 2 lc rgb '#009E73'
unset multiplot
