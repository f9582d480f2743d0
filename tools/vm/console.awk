# SPDX-License-Identifier: GPL-2.0
#
# Finds the reports in a kernel's console log: prints each, and exits with 1 if there is any.
#
# A report is a panic, an oops, a warning, a stall, or a message of lockdep or a sanitizer. A test
# that provokes one on purpose announces it in the log:
#
#	kpool-expect: begin TEXT
#	kpool-expect: end
#
# Between the two lines, reports that contain TEXT are accepted, and at least one must appear.

# The line is a message of the kernel that starts a report, without its time stamp.
function starts_report(line)
{
	return line ~ /^-+\[ cut here \]-+/ ||
	       line ~ /^(WARNING|BUG|Oops|KASAN|KCSAN|UBSAN|KFENCE)[: ]/ ||
	       line ~ /^(general protection fault|int3|divide error|invalid opcode|stack segment)[:,]/ ||
	       line ~ /^(Kernel panic|Unable to handle kernel|Internal error|kernel BUG at)/ ||
	       line ~ /^(Oops|Bad page|list_(add|del) corruption|refcount_t: )/ ||
	       line ~ /^INFO: (task .* blocked for|rcu|possible|inconsistent|trying|suspicious|lockdep)/ ||
	       line ~ /^rcu: INFO: .* (stall|detected)/ ||
	       line ~ /^(watchdog: )?BUG: soft lockup/ ||
	       line ~ /^watchdog: .*(hard LOCKUP|lockup)/ ||
	       line ~ /^(possible recursive locking|inconsistent lock state|suspicious RCU usage)/ ||
	       line ~ /^\[ BUG: / ||
	       line ~ /^(softirq: )?huh, entered softirq/ ||
	       line ~ /^kmemleak: ([1-9][0-9]* new suspected|Kernel memory leak detector disabled)/ ||
	       line ~ /^ODEBUG: .*(Out of memory|disabled)/ ||
	       line ~ /^(sleeping function called from invalid|scheduling while atomic)/ ||
	       line ~ /^[^ ]*: page allocation failure/ ||
	       line ~ /^DEBUG_LOCKS_WARN_ON/ ||
	       line ~ /^Out of memory: /
}

# A report ends with its trace, with the next window, or when it has become too long.
function ends_report(line)
{
	return line ~ /^---\[ end / || line ~ /^=+$/ && lines > 3 || lines > 120
}

function close_report()
{
	if (report == "")
		return
	if (window && index(report, expected)) {
		accepted++
	} else {
		printf "%s", report
		failed = 1
	}
	report = ""
	lines = 0
}

{
	sub(/\r+$/, "")
	line = $0
	sub(/^(<[0-9]+>)?\[ *[0-9]+\.[0-9]+\](\[ *[TC][0-9]+\])? /, "", line)
}

line ~ /^kpool-expect: begin / {
	close_report()
	expected = substr(line, length("kpool-expect: begin ") + 1)
	window = 1
	accepted = 0
	next
}

line ~ /^kpool-expect: end/ {
	close_report()
	if (window && !accepted) {
		print "expected, but not reported by the kernel: " expected
		failed = 1
	}
	window = 0
	next
}

report == "" && !starts_report(line) { next }

{
	report = report $0 "\n"
	lines++
}

ends_report(line) { close_report() }

END {
	close_report()
	if (window) {
		print "expected, but the machine ended first: " expected
		failed = 1
	}
	exit failed
}
