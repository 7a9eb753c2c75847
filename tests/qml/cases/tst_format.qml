// SPDX-License-Identifier: MIT
// Numbers, durations and times as the dashboard writes them.
import QtQuick
import QtTest
import Meridian.Dashboard

TestCase {
    name: "Format"

    function test_durations_data() {
        return [[0, "0 ms"], [0.0412, "41 µs"], [0.0001, "1 µs"], [0.0996, "0.1 ms"], [8.54, "8.5 ms"], [42, "42 ms"], [999.4, "999 ms"], [999.6, "1.0 s"], [1300, "1.3 s"], [59900, "59.9 s"], [60000, "1 min"], [240000, "4 min"], [7200000, "2.0 h"], [NaN, "–"], [undefined, "–"], [null, "–"]].map(row => ({
                        "tag": String(row[0]),
                        "given": row[0],
                        "wanted": row[1]
                    }));
    }

    function test_durations(data) {
        compare(Format.duration(data.given), data.wanted);
    }

    function test_counts_data() {
        return [[0, "0"], [12, "12"], [1240, "1,240"], [9999, "9,999"], [12400, "12.4k"], [999940, "999.9k"], [999960, "1.0M"], [3200000, "3.2M"], [NaN, "–"]].map(row => ({
                        "tag": String(row[0]),
                        "given": row[0],
                        "wanted": row[1]
                    }));
    }

    function test_counts(data) {
        compare(Format.count(data.given), data.wanted);
    }

    function test_rates_data() {
        return [[0, "0"], [0.42, "0.4"], [9.96, "10"], [182.3, "182"], [999.6, "1.0k"], [4100, "4.1k"], [NaN, "–"]].map(row => ({
                        "tag": String(row[0]),
                        "given": row[0],
                        "wanted": row[1]
                    }));
    }

    function test_rates(data) {
        compare(Format.rate(data.given), data.wanted);
    }

    function test_shares() {
        compare(Format.percent(0), "0 %");
        compare(Format.percent(0.0042), "0.4 %");
        compare(Format.percent(0.0996), "10 %");
        compare(Format.percent(0.4), "40 %");
        compare(Format.percent(NaN), "–");
        compare(Format.change(0.12), "+12 %");
        compare(Format.change(-0.034), "−3.4 %");
        compare(Format.change(0), "±0 %");
        compare(Format.change(NaN), "");
        compare(Format.change(Infinity), "");
    }

    function test_money() {
        compare(Format.money(0), "$0.00");
        compare(Format.money(0.0042), "$0.0042");
        compare(Format.money(12.4), "$12.40");
        compare(Format.money(1234.5), "$1,234.50");
        compare(Format.money(undefined), "–");
    }

    function test_times() {
        const now = Date.UTC(2026, 2, 2, 10, 0, 0);
        compare(Format.ago(now - 500, now), "now");
        compare(Format.ago(now - 12400, now), "12 s ago");
        compare(Format.ago(now - 240000, now), "4 min ago");
        compare(Format.ago(now - 7200000, now), "08:00:00");
        compare(Format.ago(now + 5000, now), "now");
        compare(Format.clock(NaN), "–");
        compare(Format.dateTime(now), "2026-03-02 10:00:00");
    }

    function test_words() {
        compare(Format.stateWord("breaker_open"), "Breaker open");
        compare(Format.stateWord("something_new"), "something_new");
        compare(Format.verdictWord("circuit_open"), "its breaker is open");
        compare(Format.verdictWord("over_budget"), "over budget");
        compare(Format.shortened("abcdef", 4), "abc…");
        compare(Format.shortened(undefined, 4), "");
    }
}
