// SPDX-License-Identifier: MIT
#include "tests/provider/anthropic/supportstreams.h"

#include "core/http/ssewriter.h"
#include "core/json/value.h"

namespace meridian::testing {

namespace {

const std::string Start =
    R"({"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}})";
const std::string Stop = R"({"type":"message_stop"})";
const std::string Ping = R"({"type": "ping"})";

std::string begin(int index, const std::string &block)
{
    return R"({"type":"content_block_start","index":)" + std::to_string(index) +
           R"(,"content_block":)" + block + "}";
}

std::string delta(int index, const std::string &delta)
{
    return R"({"type":"content_block_delta","index":)" + std::to_string(index) + R"(,"delta":)" +
           delta + "}";
}

std::string stop(int index)
{
    return R"({"type":"content_block_stop","index":)" + std::to_string(index) + "}";
}

std::string finish(const std::string &reason, const std::string &more = {})
{
    return R"({"type":"message_delta","delta":{"stop_reason":")" + reason +
           R"(","stop_sequence":null)" + more + R"(},"usage":{"output_tokens":7}})";
}

std::string whole(
    const std::string &content,
    const std::string &reason,
    const std::string &usage =
        R"({"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":7})",
    const std::string &more = R"(,"stop_sequence":null)")
{
    return R"({"id":"msg_01","type":"message","role":"assistant","model":"claude-x","content":[)" +
           content + R"(],"stop_reason":")" + reason + "\"" + more + R"(,"usage":)" + usage + "}";
}

std::string log(const std::string &lines,
                const std::string &finish,
                const std::string &usage = "input=10 cache_read=0 cache_write=0 output=7")
{
    return "start id=msg_01 model=claude-x created=0\n" + lines + "finish " + finish +
           "\nend\nusage " + usage + "\n";
}

const std::string EmptyText = R"({"type":"text","text":""})";
const std::string EmptyThought = R"({"type":"thinking","thinking":"","signature":""})";

std::string text(const std::string &text)
{
    return R"({"type":"text_delta","text":")" + text + "\"}";
}

std::string input(const std::string &escaped)
{
    return R"({"type":"input_json_delta","partial_json":")" + escaped + "\"}";
}

} // namespace

std::string sseOf(const std::vector<std::string> &events)
{
    std::string stream;
    for (const std::string &event : events) {
        http::appendSseEvent(stream, json::Value(event)["type"].text(), event);
    }
    return stream;
}

std::string messageOf(std::vector<std::string> events, const std::string &stopReason)
{
    events.insert(events.begin(), Start);
    events.push_back(finish(stopReason));
    events.push_back(Stop);
    return sseOf(events);
}

std::vector<AnthropicStream> anthropicStreams()
{
    std::vector<AnthropicStream> all;
    all.push_back(
        {"text",
         sseOf({Start, begin(0, EmptyText), Ping, delta(0, text("Hello")),
                delta(0, text(", [DONE] world")), stop(0), finish("end_turn"), Stop}),
         whole(R"({"type":"text","text":"Hello, [DONE] world","citations":null})", "end_turn"),
         log("part 0 text\ndelta 0 \"Hello, [DONE] world\"\nstop 0\n", "stop")});
    all.push_back(
        {"unicode",
         sseOf({Start, begin(0, EmptyText), delta(0, text("Zürich 東京 ")),
                delta(0, text(R"(🙂 \ud83d\ude80\n\"q\" \u00e9)")), stop(0), finish("end_turn"),
                Stop}),
         whole(R"({"type":"text","text":"Zürich 東京 🙂 🚀\n\"q\" é"})", "end_turn"),
         log("part 0 text\ndelta 0 \"Zürich 東京 🙂 🚀\\n\\\"q\\\" é\"\nstop 0\n",
             "stop")});
    all.push_back(
        {"thinking",
         sseOf({Start, begin(0, EmptyThought),
                delta(0, R"({"type":"thinking_delta","thinking":"17*23"})"),
                delta(0, R"({"type":"thinking_delta","thinking":" = 391"})"),
                delta(0, R"({"type":"signature_delta","signature":"c2lnbmVk=="})"), stop(0),
                begin(1, EmptyText), delta(1, text("391")), stop(1), finish("end_turn"), Stop}),
         whole(
             R"({"type":"thinking","thinking":"17*23 = 391","signature":"c2lnbmVk=="},{"type":"text","text":"391"})",
             "end_turn"),
         log("part 0 thinking\ndelta 0 \"17*23 = 391\"\nsignature 0 anthropic \"c2lnbmVk==\"\nstop "
             "0\npart 1 text\ndelta 1 \"391\"\nstop 1\n",
             "stop")});
    all.push_back(
        {"interleaved",
         sseOf({Start, begin(0, EmptyThought),
                delta(0, R"({"type":"thinking_delta","thinking":"look"})"),
                delta(0, R"({"type":"signature_delta","signature":"czE="})"), stop(0),
                begin(1, R"({"type":"tool_use","id":"toolu_1","name":"look","input":{}})"),
                delta(1, input("")), delta(1, input(R"({\"at\": )")), delta(1, input(R"(1})")),
                stop(1), begin(2, EmptyThought),
                delta(2, R"({"type":"signature_delta","signature":"czI="})"), stop(2),
                begin(3, R"({"type":"tool_use","id":"toolu_2","name":"look","input":{}})"),
                delta(3, input(R"({\"at\": 2})")), stop(3), finish("tool_use"), Stop}),
         whole(
             R"({"type":"thinking","thinking":"look","signature":"czE="},{"type":"tool_use","id":"toolu_1","name":"look","input":{"at": 1}},{"type":"thinking","thinking":"","signature":"czI="},{"type":"tool_use","id":"toolu_2","name":"look","input":{"at": 2}})",
             "tool_use"),
         log("part 0 thinking\ndelta 0 \"look\"\nsignature 0 anthropic \"czE=\"\nstop 0\n"
             "part 1 call id=toolu_1 name=look\ndelta 1 \"{\\\"at\\\": 1}\"\nstop 1\n"
             "part 2 thinking\nsignature 2 anthropic \"czI=\"\nstop 2\n"
             "part 3 call id=toolu_2 name=look\ndelta 3 \"{\\\"at\\\": 2}\"\nstop 3\n",
             "tool_calls")});
    all.push_back(
        {"redacted",
         sseOf({Start, begin(0, R"({"type":"redacted_thinking","data":"b3BhcXVl"})"), stop(0),
                begin(1, EmptyText), delta(1, text("Yes.")), stop(1), finish("end_turn"), Stop}),
         whole(R"({"type":"redacted_thinking","data":"b3BhcXVl"},{"type":"text","text":"Yes."})",
               "end_turn"),
         log("part 0 redacted \"b3BhcXVl\"\nstop 0\npart 1 text\ndelta 1 \"Yes.\"\nstop 1\n",
             "stop")});
    all.push_back(
        {"tool",
         sseOf({Start, begin(0, EmptyText), delta(0, text("Let me look.")), stop(0),
                begin(1, R"({"type":"tool_use","id":"toolu_1","name":"get_weather","input":{}})"),
                delta(1, input("")), delta(1, input(R"({\"city\":)")),
                delta(1, input(R"(\"Zürich\"})")), stop(1), finish("tool_use"), Stop}),
         whole(
             R"({"type":"text","text":"Let me look."},{"type":"tool_use","id":"toolu_1","name":"get_weather","input":{"city":"Zürich"}})",
             "tool_use"),
         log("part 0 text\ndelta 0 \"Let me look.\"\nstop 0\npart 1 call id=toolu_1 "
             "name=get_weather\ndelta 1 \"{\\\"city\\\":\\\"Zürich\\\"}\"\nstop 1\n",
             "tool_calls")});
    all.push_back(
        {"parallel_tools",
         sseOf({Start, begin(0, R"({"type":"tool_use","id":"toolu_1","name":"a","input":{}})"),
                delta(0, input(R"({\"x\":1})")), stop(0),
                begin(1, R"({"type":"tool_use","id":"toolu_2","name":"b","input":{}})"),
                delta(1, input(R"({\"x\":2})")), stop(1), finish("tool_use"), Stop}),
         whole(
             R"({"type":"tool_use","id":"toolu_1","name":"a","input":{"x":1}},{"type":"tool_use","id":"toolu_2","name":"b","input":{"x":2}})",
             "tool_use"),
         log("part 0 call id=toolu_1 name=a\ndelta 0 \"{\\\"x\\\":1}\"\nstop 0\n"
             "part 1 call id=toolu_2 name=b\ndelta 1 \"{\\\"x\\\":2}\"\nstop 1\n",
             "tool_calls")});
    all.push_back(
        {"empty_args",
         sseOf({Start, begin(0, R"({"type":"tool_use","id":"toolu_1","name":"now","input":{}})"),
                delta(0, input("")), stop(0), finish("tool_use"), Stop}),
         whole(R"({"type":"tool_use","id":"toolu_1","name":"now","input":{}})", "tool_use"),
         log("part 0 call id=toolu_1 name=now\nstop 0\n", "tool_calls")});
    all.push_back(
        {"cached_usage",
         sseOf(
             {R"({"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant","model":"claude-x","content":[],"usage":{"input_tokens":4,"cache_creation_input_tokens":300,"cache_read_input_tokens":2000,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":1,"service_tier":"standard"}}})",
              begin(0, EmptyText), delta(0, text("ok")), stop(0),
              R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":0,"output_tokens":9,"output_tokens_details":{"thinking_tokens":5}}})",
              Stop}),
         whole(
             R"({"type":"text","text":"ok"})", "end_turn",
             R"({"input_tokens":4,"cache_creation_input_tokens":300,"cache_read_input_tokens":2000,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200},"output_tokens":9,"output_tokens_details":{"thinking_tokens":5}})"),
         log("part 0 text\ndelta 0 \"ok\"\nstop 0\n", "stop",
             "input=2304 cache_read=2000 cache_write=300 cache_write_1h=200 output=9 "
             "reasoning=5")});
    all.push_back({"max_tokens",
                   sseOf({Start, begin(0, EmptyText), delta(0, text("Once upon")), stop(0),
                          finish("max_tokens"), Stop}),
                   whole(R"({"type":"text","text":"Once upon"})", "max_tokens"),
                   log("part 0 text\ndelta 0 \"Once upon\"\nstop 0\n", "max_tokens")});
    all.push_back(
        {"stop_sequence",
         sseOf(
             {Start, begin(0, EmptyText), delta(0, text("four ")), stop(0),
              R"({"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"five"},"usage":{"output_tokens":7}})",
              Stop}),
         whole(
             R"({"type":"text","text":"four "})", "stop_sequence",
             R"({"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":7})",
             R"(,"stop_sequence":"five")"),
         log("part 0 text\ndelta 0 \"four \"\nstop 0\n", "stop_sequence \"five\"")});
    all.push_back(
        {"refusal",
         sseOf(
             {Start, begin(0, EmptyText), delta(0, text("I")), stop(0),
              finish("refusal", R"(,"stop_details":{"type":"refusal","explanation":"Not this."})"),
              Stop}),
         whole(
             R"({"type":"text","text":"I"})", "refusal",
             R"({"input_tokens":10,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":7})",
             R"(,"stop_details":{"type":"refusal","explanation":"Not this."})"),
         log("part 0 text\ndelta 0 \"I\"\nstop 0\npart 1 refusal\ndelta 1 \"Not this.\"\nstop 1\n",
             "filtered")});
    all.push_back(
        {"pause_turn",
         sseOf(
             {Start,
              begin(
                  0,
                  R"({"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}})"),
              delta(0, input(R"({\"query\":)")), delta(0, input(R"(\"qt\"})")), stop(0),
              begin(
                  1,
                  R"({"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://qt.io"}]})"),
              stop(1), begin(2, EmptyText),
              delta(2, R"({"type":"citations_delta","citation":{"url":"https://qt.io"}})"),
              delta(2, text("Qt")), stop(2), finish("pause_turn"), Stop}),
         whole(
             R"({"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"qt"}},{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","url":"https://qt.io"}]},{"type":"text","text":"Qt"})",
             "pause_turn"),
         log(R"(part 0 opaque "{\"type\":\"server_tool_use\",\"id\":\"srvtoolu_1\",\"name\":\"web_search\",\"input\":{\"query\":\"qt\"}}")"
             "\nstop 0\n"
             R"(part 1 opaque "{\"type\":\"web_search_tool_result\",\"tool_use_id\":\"srvtoolu_1\",\"content\":[{\"type\":\"web_search_result\",\"url\":\"https://qt.io\"}]}")"
             "\nstop 1\npart 2 text\ndelta 2 \"Qt\"\nstop 2\n",
             "pause")});
    return all;
}

} // namespace meridian::testing
