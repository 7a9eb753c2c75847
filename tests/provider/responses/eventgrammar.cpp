// SPDX-License-Identifier: MIT
#include "tests/provider/responses/eventgrammar.h"

#include "core/json/checker.h"

#include <map>
#include <utility>

namespace meridian::testing {

namespace {

struct Item
{
    std::string id;
    std::string type;
    std::map<std::string, std::string> texts; // open parts, by the kind of their deltas
    std::string done;                         // as it was told
    bool hasOpenPart = false;
};

class Grammar
{
public:
    std::string check(std::size_t number, json::Value event)
    {
        const std::string type = event["type"].text();
        if (event["sequence_number"].integer() != static_cast<std::int64_t>(number)) {
            return "sequence number";
        }
        if (m_hasEnded) {
            return "after the end";
        }
        if (type == "error") {
            return number == 0 ? "" : "error after the beginning";
        }
        if (event["response"].isObject()) {
            return response(number, type, event["response"]);
        }
        const auto index = event["output_index"].integer();
        if (!m_isInProgress || !index || *index < 0) {
            return "an event of no response or item";
        }
        const auto at = static_cast<std::size_t>(*index);
        if (type == "response.output_item.added") {
            return added(at, event["item"]);
        }
        if (at >= m_items.size() || !m_items[at].done.empty()) {
            return "an event of an item that is not open";
        }
        Item &item = m_items[at];
        if (type == "response.output_item.done") {
            return done(item, event["item"]);
        }
        return event["item_id"].text() != item.id ? "item_id" : inside(item, type, event);
    }

    [[nodiscard]] bool hasEnded() const { return m_hasEnded; }

private:
    std::string response(std::size_t number, const std::string &type, json::Value response)
    {
        const std::string status = response["status"].text();
        if (type == "response.created" || type == "response.in_progress") {
            const std::size_t wanted = type == "response.created" ? 0 : 1;
            m_isInProgress = wanted == 1;
            return number == wanted && status == "in_progress" && response["output"].count() == 0
                       ? ""
                       : type;
        }
        m_hasEnded = true;
        if (type != "response." + status) {
            return "status " + status;
        }
        std::string all;
        for (const Item &item : m_items) {
            if (item.done.empty() && status != "failed") {
                return "an item is open at the end";
            }
            if (!item.done.empty()) {
                all.append(all.empty() ? "" : ",").append(item.done);
            }
        }
        return response["output"].raw() == "[" + all + "]" ? "" : "output differs from the items";
    }

    std::string added(std::size_t at, json::Value item)
    {
        if (at != m_items.size()) {
            return "output_index of a new item";
        }
        Item &made = m_items.emplace_back();
        made.id = item["id"].text();
        made.type = item["type"].text();
        return made.type.empty() ? "item without type" : "";
    }

    static std::string done(Item &item, json::Value whole)
    {
        if (item.hasOpenPart || !item.texts.empty()) {
            return "item is done before its parts are";
        }
        if (whole["id"].text() != item.id || whole["type"].text() != item.type) {
            return "item changed";
        }
        item.done = whole.raw();
        return {};
    }

    static std::string inside(Item &item, const std::string &type, json::Value event)
    {
        const json::Value part =
            event["content_index"].isMissing() ? event["summary_index"] : event["content_index"];
        if (!part.isMissing() && part.integer() != 0) {
            return "part index";
        }
        if (type.ends_with("part.added")) {
            const bool isOpen = std::exchange(item.hasOpenPart, true);
            return isOpen ? "two open parts" : "";
        }
        if (type.ends_with("part.done")) {
            const bool isOpen = std::exchange(item.hasOpenPart, false);
            return isOpen && item.texts.empty() ? "" : "part done";
        }
        const std::string stem = type.substr(0, type.rfind('.'));
        const bool isOfPart = stem.find("call") == std::string::npos;
        if (isOfPart != item.hasOpenPart) {
            return "a text outside its part";
        }
        if (type.ends_with(".delta")) {
            item.texts[stem].append(event["delta"].text());
            return event["delta"].text().empty() ? "empty delta" : "";
        }
        for (const char *member : {"text", "refusal", "arguments", "input"}) {
            if (event[member].isString()) {
                const std::string text = item.texts[stem];
                item.texts.erase(stem);
                return event[member].text() == text ? "" : "done text differs from the deltas";
            }
        }
        return "unknown event";
    }

    std::vector<Item> m_items;
    bool m_isInProgress = false;
    bool m_hasEnded = false;
};

} // namespace

EventStream checkedEvents(std::string_view stream)
{
    EventStream result;
    Grammar grammar;
    json::Checker checker;
    while (!stream.empty() && result.flaw.empty()) {
        const std::size_t end = stream.find("\n\n");
        if (end == std::string_view::npos) {
            result.flaw = "an event without its end";
            break;
        }
        const std::string_view block = stream.substr(0, end);
        stream.remove_prefix(end + 2);
        if (block.starts_with(":")) {
            continue;
        }
        const std::size_t line = block.find("\ndata: ");
        if (!block.starts_with("event: ") || line == std::string_view::npos ||
            block.find('\n', line + 1) != std::string_view::npos) {
            result.flaw = "not an event: " + std::string(block);
            break;
        }
        const std::string_view data = block.substr(line + 7);
        const auto event = checker.check(data);
        if (!event || (*event)["type"].text() != block.substr(7, line - 7)) {
            result.flaw = "data: " + std::string(block);
            break;
        }
        result.flaw = grammar.check(result.events.size(), *event);
        if (!result.flaw.empty()) {
            result.flaw.append(" in ").append(data);
        }
        result.events.emplace_back(data);
    }
    if (result.flaw.empty() && !grammar.hasEnded()) {
        result.flaw = "no terminal event";
    }
    return result;
}

} // namespace meridian::testing
