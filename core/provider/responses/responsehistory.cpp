// SPDX-License-Identifier: MIT
#include "core/provider/responses/responsehistory.h"

#include "core/json/jsonwriter.h"
#include "core/provider/responses/fieldreader.h"
#include "core/provider/responses/itemwriter.h"
#include "core/provider/responses/responseid.h"

#include <optional>
#include <set>
#include <unordered_map>

namespace meridian::provider::responses {

namespace {

using Unexpected = tl::unexpected<ApiError>;

Unexpected unknownResponse(const std::string &id)
{
    return Unexpected(ApiError{
        ErrorClass::BadRequest, 400, "Previous response with id '" + id + "' not found.",
        "previous_response_not_found", "previous_response_id", std::chrono::nanoseconds(0)});
}

Unexpected unknownItem(const std::string &id, std::size_t index)
{
    return Unexpected(ApiError{ErrorClass::BadRequest, 404,
                               "Item with id '" + id +
                                   "' not found. Items are kept while their response is, and not "
                                   "at all when `store` is false.",
                               "item_not_found", memberOf(elementOf("input", index), "id"),
                               std::chrono::nanoseconds(0)});
}

bool isReference(json::Value item)
{
    const json::Value type = item["type"];
    return type.is("item_reference") ||
           (type.isAbsent() && item["role"].isAbsent() && item["id"].isString());
}

Unexpected tooLarge()
{
    return Unexpected(
        ApiError{ErrorClass::TooLarge,
                 413,
                 "With the stored items that it refers to, the input is larger than " +
                     std::to_string(ResponseStore::MaxConversation >> 20U) + " MiB.",
                 {},
                 "input",
                 std::chrono::nanoseconds(0)});
}

/// Finds the stored items that one request refers to. Each response is read once.
class References
{
public:
    References(ResponseStore &store,
               std::string_view scope,
               ResponseStore::Clock::time_point now) noexcept
        : m_store(store)
        , m_scope(scope)
        , m_now(now)
    {
    }

    /// The item's text, which lives as long as this; Missing: unknown, or isFull().
    [[nodiscard]] json::Value find(const std::string &id)
    {
        const std::string response = responseOfItem(id);
        if (response.empty()) {
            return {};
        }
        const auto [known, isNew] = m_responses.try_emplace(response);
        Response &items = known->second;
        if (isNew) {
            read(response, items);
        }
        const auto found = items.byId.find(id);
        return found != items.byId.end() ? found->second : json::Value();
    }

    /// Are the responses together larger than a conversation can be?
    [[nodiscard]] bool isFull() const noexcept { return m_size > ResponseStore::MaxConversation; }

private:
    struct Response
    {
        std::string text; // an array
        std::unordered_map<std::string, json::Value> byId;
    };

    /// A response's items are new in it: what was said before has other ids.
    void read(const std::string &id, Response &into)
    {
        const StoredConversation::Ptr stored = m_store.get(id, m_scope, m_now);
        m_size += stored ? stored->newItems().size() : 0;
        if (!stored || isFull()) {
            return;
        }
        into.text.append("[").append(stored->newItems()).append("]");
        json::Value(into.text).elements(
            [&](json::Value item) { into.byId.insert_or_assign(item["id"].text(), item); });
    }

    ResponseStore &m_store;
    const std::string_view m_scope;
    const ResponseStore::Clock::time_point m_now;
    std::unordered_map<std::string, Response> m_responses;
    std::size_t m_size = 0; // of the items of all responses
};

/// The client's own items, separated by commas, with what they refer to put in their place.
tl::expected<std::string, ApiError> ownItems(json::Value input, References &references)
{
    if (input.isString()) {
        json::JsonWriter writer;
        writer.beginObject().string("type", "message").string("role", "user");
        writer.raw("content", input.raw()).endObject();
        return writer.take();
    }
    std::string items;
    std::optional<Unexpected> error;
    std::size_t index = 0;
    input.elements([&](json::Value item) {
        const std::size_t here = index++;
        if (error) {
            return;
        }
        json::Value meant = item;
        if (isReference(item)) {
            const std::string id = item["id"].text();
            meant = references.find(id);
            if (references.isFull() ||
                items.size() + meant.raw().size() > ResponseStore::MaxConversation) {
                error = tooLarge();
            } else if (meant.isMissing()) {
                error = unknownItem(id, here);
            }
        }
        if (!error) {
            items.append(items.empty() ? "" : ",").append(meant.raw());
        }
    });
    if (error) {
        return *error;
    }
    return items;
}

/// The position of the first output of a call that stands nowhere before it.
std::optional<std::size_t> orphanOf(json::Value input)
{
    std::set<std::string> calls;
    std::optional<std::size_t> orphan;
    std::size_t index = 0;
    input.elements([&](json::Value item) {
        const json::Value call = item["call_id"];
        const json::Value type = item["type"];
        if (type.is("function_call_output") || type.is("custom_tool_call_output")) {
            if (!orphan && call.isString() && calls.count(call.text()) == 0) {
                orphan = index;
            }
        } else if (call.isString()) {
            calls.insert(call.text());
        }
        ++index;
    });
    return orphan;
}

bool hasReference(json::Value input)
{
    bool has = false;
    input.elements([&](json::Value item) { has = has || isReference(item); });
    return has;
}

std::string withInput(json::Value body, const std::string &input)
{
    json::JsonWriter writer;
    writer.beginObject();
    body.members([&](json::Value name, json::Value value) {
        if (!name.is("input")) {
            writer.raw(name.text(), value.raw());
        }
    });
    writer.raw("input", input).endObject();
    return writer.take();
}

} // namespace

tl::expected<Continuation, ApiError> continueConversation(json::Value body,
                                                          ResponseStore &store,
                                                          std::string_view scope,
                                                          ResponseStore::Clock::time_point now)
{
    Continuation continuation;
    continuation.isKept = !body["store"].isFalse();
    const json::Value input = body["input"];
    const json::Value previous = body["previous_response_id"];
    if (previous.isString()) {
        continuation.history = store.get(previous.text(), scope, now);
        if (!continuation.history) {
            return unknownResponse(previous.text());
        }
    }
    const bool isExpanded = continuation.history || hasReference(input);
    if (!isExpanded && !continuation.isKept) {
        return continuation;
    }
    References references(store, scope, now);
    auto items = ownItems(input, references);
    if (!items) {
        return tl::unexpected<ApiError>(items.error());
    }
    continuation.items = std::move(*items);
    const bool isReadable = input.isAbsent() || input.isString() || input.isArray();
    if (!isExpanded || !isReadable) { // a wrong input is the codec's to refuse
        return continuation;
    }
    const std::size_t sizeBefore = continuation.history ? continuation.history->size() : 0;
    if (sizeBefore + continuation.items.size() > ResponseStore::MaxConversation) {
        return tooLarge();
    }
    std::string all("[");
    if (continuation.history) {
        continuation.history->appendItems(all);
    }
    const std::size_t itemsBefore = json::Value(all + "]").count();
    if (!continuation.items.empty()) {
        all.append(all.size() > 1 ? "," : "").append(continuation.items);
    }
    all.append("]");
    if (const auto orphan = orphanOf(json::Value(all))) {
        const std::string path = memberOf(
            elementOf("input", *orphan < itemsBefore ? 0 : *orphan - itemsBefore), "call_id");
        return Unexpected(ApiError{ErrorClass::BadRequest,
                                   400,
                                   path + ": no tool call has this id",
                                   {},
                                   path,
                                   std::chrono::nanoseconds(0)});
    }
    continuation.body = withInput(body, all);
    return continuation;
}

bool remember(ResponseStore &store,
              std::string_view scope,
              Continuation continuation,
              const Answer &answer,
              const AnswerContext &context,
              ResponseStore::Clock::time_point now)
{
    if (!continuation.isKept) {
        return false;
    }
    const std::string id = responseId(context.requestId);
    // thoughts keep their signatures, whether the client wants to see them or not
    const std::string output = ItemWriter(context.request->tools, id, true).items(answer);
    std::string items = std::move(continuation.items);
    items.append(items.empty() || output.empty() ? "" : ",").append(output);
    items.shrink_to_fit();
    return store.put(id, scope, continuation.history, std::move(items), now);
}

} // namespace meridian::provider::responses
