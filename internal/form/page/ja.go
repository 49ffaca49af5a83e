package page

import "retoolapi/internal/form"

// The Japanese of the page. Labels, buttons and list entries of Retool's form
// stay in English, as the form shows them.

var notesInJapanese = map[form.Note]string{
	form.NoteName:          "任意の名前を入力してください。",
	form.NoteBaseURL:       "末尾にスラッシュは付けないでください。",
	form.NoteHeader:        "AUTHORIZATION_TOKEN は {{ }} で囲まず、そのまま入力してください。Auth workflow で定義する変数の名前です。",
	form.NoteCreate:        "「Create resource」をクリックしてリソースを作成します。作成したリソースの設定画面に戻り、「Custom Auth」を選択してください。",
	form.NoteSteps:         "ステップごとに「Add new step to the auth workflow」をクリックし、この順に追加してください。",
	form.NoteNested:        "1 つの行に入力します。Value には、波かっこを含めて全体を貼り付けてください。「Test auth workflow」が SerializationException を返す場合、お使いの Retool は値を文字列として送信しています。その場合は、次のコマンドで、ネストのないリクエストを使うフォームを出力してください：",
	form.NotePassword:      "1 つの行に入力します。Value には、波かっこを含めて全体を貼り付けてください。参照が値に置き換わらない場合は、「Test auth workflow」に表示されるスコープから名前を選択してください。パスワードに \" や \\ が含まれていると、正しく送信できません。SerializationException が返る場合、お使いの Retool はオブジェクトを文字列として送信しています。その場合に使えるのは、ネストのないリクエストを使うリフレッシュトークンのフォームだけです：",
	form.NoteSecret:        "機密情報です。有効期限が切れるまで、この値を知っている人は誰でも API を利用できます。",
	form.NoteReference:     "「Test auth workflow」に別のパスが表示された場合は、表示されたスコープから、このトークンの名前で終わるものを選択してください。",
	form.NoteRefreshPath:   "「Test refresh auth workflow」に別のパスが表示された場合は、表示されたスコープから、このトークンの名前で終わるものを選択してください。",
	form.NoteRefreshOwn:    "「Test refresh auth workflow」で変数が値に置き換わらない場合は、表示されたスコープから変数を選択してください。",
	form.NoteRefreshSame:   "Retool には、ステップの一覧が 1 つだけでトリガーがそれを再実行するバージョンと、更新ワークフローに専用のステップとテストボタンがあるバージョンがあります。2 つ目の一覧がある場合は、以下の同じステップを、そこにも入力してください。",
	form.NoteRefreshSteps:  "更新ワークフローには専用のステップがあり、各ユーザー自身のリフレッシュトークンを使います。ステップの一覧が 1 つしかない Retool には入力する場所がないため、リフレッシュトークンまたはパスワードのフォームを使ってください。",
	form.NoteAgain:         "お使いの Retool に 2 つ目のステップの一覧がある場合にのみ入力してください。値は Auth workflow と同じです。",
	form.NotePeriod:        "単位は秒です。アクセストークンの有効期間の 6 分の 5 です。",
	form.NoteTest:          "「Save changes」をクリックし、続けて「Test auth workflow」をクリックします。「Test refresh auth workflow」がある場合は、それもクリックしてください。",
	form.NoteFormField:     "キーは、次のステップで参照する名前です。",
	form.NotePublicApps:    "公開アプリでは使えません。閲覧者に Retool のアカウントがなく、トークンを保存できないためです。",
	form.NoteSharedAccount: "Retool のユーザー全員が、API では同じ 1 人のユーザーになります。",
	form.NoteNestedFixed:   "1 つの行に入力します。Value には、波かっこを含めて全体を貼り付けてください。「Test auth workflow」が SerializationException を返す場合、お使いの Retool は値を文字列として送信しています。その場合に使えるのは、ネストのないリクエストによるリフレッシュトークンだけです：",
	form.NoteWayShared:     "リフレッシュトークン：Retool 全体で 1 人のサービスユーザーを使います。トークンには有効期限があり、漏えいした場合も期限が過ぎれば使えなくなります。期限の前に、次のトークンをフォームにコピーする必要があります。",
	form.NoteWayPassword:   "パスワード：Retool 全体で 1 人のサービスユーザーを使います。有効期限がないため、コピーし直す必要はありません。漏えいした場合は、別のパスワードを設定するまで使われるおそれがあります。",
	form.NoteWayPerUser:    "ユーザーごと：Retool の各ユーザーが、自分のユーザー名とパスワードでサインインします。誰が何をしたかを API で識別でき、1 人ずつアクセスを停止できます。",
	form.NoteQueries:       "リソースが動作したら、アプリでこのリソースを選び、次のクエリを作成します。フォームには含まれません。",
	form.NoteOpenAPI:       "新しいアプリ（React）だけで必要です。アシスタントが REST API のこのファイルを求めます。このコマンドで書き出せます。",
	form.NoteComponents:    "{{ }} の中の名前は、アプリのコンポーネントの名前です。実際の名前に置き換えてください。入力中に Retool が候補を表示します。",
	form.NoteStatus:        "クエリを実行すると、この値が返ります。",
	form.NoteSaved:         "クエリを実行すると、この値が返ります。成功したときにテーブルのクエリをもう一度実行するように設定してください。次の保存が最新の内容から始まります。",
	form.NoteSharedCaller:  "応答に含まれます。誰が実行しても、サービスユーザーの名前です。",
	form.NoteOwnCaller:     "応答に含まれます。自分のユーザー名です。",
	form.NoteRows:          "クラシックアプリのテーブルで使います。新しいアプリ（React）では、応答のうち、この式の末尾にある名前のプロパティが行のデータです。",
	form.NoteTransformer:   "クラシックアプリで、上のデータソースの代わりに使えます。クエリの data が行のデータになります。カーソルが失われるため、テーブルをページに分ける場合は使わないでください。",
	form.NoteNextCursor:    "ページに分けるには、テーブルでカーソル方式のサーバーサイドページネーションを有効にし、ページサイズをクエリの limit と同じにします。2 ページ目に 1 ページ目と同じ行が表示される場合は、テーブルの状態でカーソルの場所を調べ、その値をクエリで送信してください。",
	form.NoteHasNextPage:   "テーブルの設定にこの項目がある場合に入力します。最後のページには次のカーソルがありません。",
	form.NoteErrorMessages: "API が拒否すると、そのメッセージがユーザーに表示されます。先に変更した人の名前など（409）です。2 つのタブで続けて保存すると確認できます。別のメッセージが表示される場合は、失敗したクエリの応答を調べ、message で終わるパスを返してください。",
}

// proofsInJapanese has names that fit a check that failed, too.
var proofsInJapanese = map[form.ProofName]string{
	form.ProofForm:         "フォームの内容とスタックの一致",
	form.ProofWithoutToken: "トークンのないリクエストの拒否",
	form.ProofTokenRequest: "Retool のトークンリクエストによるアクセストークンの取得",
	form.ProofQuery:        "アクセストークンによる API の呼び出し",
	form.ProofBrokenToken:  "不正なトークンの拒否",
	form.ProofIDToken:      "ID トークンの拒否",
	form.ProofRecovery:     "トークンが拒否された場合の Retool の自動復旧",
	form.ProofExpiry:       "リフレッシュトークンの有効期限",
}

// foundInJapanese maps what the checks found. What a server, a rule of the form or
// the network says stays as the command shows it, so that it can be searched for.
var foundInJapanese = map[string]string{
	"%s":               "コマンドのメッセージ：%s",
	"%s: %s":           "%s\nコマンドのメッセージ：%s",
	"%s %s answers %d": "%s %s が %d を返しました",
	"%s %s answers 404: the deployed stack is older than this code":            "%s %s が 404 を返しました（デプロイ済みのスタックがこのコードより古いためです）",
	"%s %s answers %d without a token, not 401: its route has no authorizer":   "%s %s が、トークンなしのリクエストに 401 ではなく %d を返しました（ルートにオーソライザーがありません）",
	"%s %s answers %d, not 401 or 403: the authorizer or its scope is missing": "%s %s が 401 または 403 ではなく %d を返しました（オーソライザーまたはそのスコープがありません）",
	"the token request gave no id token to try":                                "トークンリクエストで、確認に使う ID トークンを取得できませんでした",
	"the API accepted a broken token":                                          "API が不正なトークンを受け付けました",
	"its addresses, app client, variables and period":                          "URL、アプリクライアント、変数、更新間隔",
	"401 from all %d operations":                                               "%d 件すべてのオペレーションが 401 を返しました",
	"valid for %d minutes, Retool refreshes it every %d":                       "有効期間は %d 分、Retool による更新は %d 分ごとです",
	"200 from %s %s, as user %s":                                               "%s %s が 200 を返しました（ユーザー：%s）",
	"%d":                                                                       "%d が返りました",
	"refreshed, and the query sent again: 200":                                 "トークンを更新してクエリを再送し、200 が返りました",
	"until %s, %.0f days from now":                                             "%sまで（残り %.0f 日）",
}

// inJapanese maps the other English texts, with their verbs, to the Japanese ones.
var inJapanese = map[string]string{
	// Around the form
	"Language":        "言語",
	"%d of %d copied": "%d / %d 件コピー済み",
	"Stage %s":        "ステージ %s",
	"Open this place in Retool and fill in the form from top to bottom. Every value is here to copy.":                                           "Retool で次の画面を開き、フォームに上から順に入力してください。値はすべて、このページからコピーできます。",
	"This stack runs on this computer: Retool's cloud cannot reach it. The page shows how the form of a deployed stage looks. `%s` prints one.": "このスタックはお使いのコンピューター上で動作しているため、クラウド版の Retool からは接続できません。このページは、デプロイしたステージのフォームの見本です。`%s` を実行すると、デプロイしたステージのフォームが出力されます。",
	"This file holds a refresh token: whoever has it can use the API. Do not send it to anyone, and delete it once Retool's form is saved.":     "このファイルにはリフレッシュトークンが含まれており、入手した人は誰でも API を利用できます。他の人には送らず、Retool のフォームを保存したら削除してください。",
	"This page holds no refresh token. `%s` issues one and writes the page with it.":                                                            "このページにはリフレッシュトークンが含まれていません。`%s` を実行すると、トークンが発行され、それを含むページが作成されます。",
	"This file holds a password: whoever has it can use the API. Do not send it to anyone, and delete it once Retool's form is saved.":          "このファイルにはパスワードが含まれており、入手した人は誰でも API を利用できます。他の人には送らず、Retool のフォームを保存したら削除してください。",
	"This page holds no password. `%s` sets another one and writes the page with it.":                                                           "このページにはパスワードが含まれていません。`%s` を実行すると、別のパスワードが設定され、それを含むページが作成されます。",
	"Nothing was proven": "動作は未確認です",
	"These values were printed, not tried. `%s` tries them on the deployed stack.": "このページの値は出力しただけで、動作は確認していません。`%s` を実行すると、デプロイ済みのスタックで確認できます。",
	"%d checks passed on %s": "%d 件の確認に成功（%s）",
	"Not everything works":   "動作しない項目があります",
	"On %s exactly these values were run against the deployed stack.": "%sに、下の値をそのまま使い、デプロイ済みのスタックで動作を確認しました。",
	"Passed:": "成功：",
	"Failed:": "失敗：",

	// The form
	"Resource":              "リソース",
	"Create resource":       "リソースの作成",
	"Refresh auth workflow": "Refresh auth workflow（更新ワークフロー）",
	"Save and test":         "保存とテスト",
	"First queries":         "最初のクエリ",
	"Query `%s`: `%s`":      "クエリ `%s`：`%s`",
	"older versions: “%s”":  "旧バージョンでは「%s」",
	"choose from the list":  "リストから選択",
	"Copy":                  "コピー",
	"Copied":                "コピー済み",
	"Reveal":                "表示",
	"Hide":                  "非表示",
	"This browser does not let the page copy. The value is selected: press Ctrl+C, on a Mac ⌘C.": "お使いのブラウザーでは、ボタンでコピーできません。値が選択された状態なので、Ctrl+C（Mac では ⌘C）を押してください。",

	// How Retool signs in
	"How Retool signs in with this form": "このフォームのサインイン方法",
	"Other ways":                         "ほかの方法",

	// Over time
	"What happens over time": "トークンの有効期間と更新の流れ",
	"The tokens over time":   "トークンの有効期間",
	"Password":               "パスワード",
	"does not expire":        "有効期限なし",
	"Every %s the password gives a new access token, which is valid for %s. The password does not expire.": "パスワードで %sごとに新しいアクセストークン（有効期間 %s）を取得します。パスワードに有効期限はありません。",
	"Retool signs in with the password and gets an access token, which is valid for %s.":                   "Retool はパスワードでサインインし、アクセストークン（有効期間 %s）を取得します。",
	"The password does not expire. Only `%s` and `%s` change it.":                                          "パスワードに有効期限はありません。パスワードを変更するのは `%s` と `%s` だけです。",
	"Refresh token":                     "リフレッシュトークン",
	"Access tokens, a new one every %s": "アクセストークン（%sごとに更新）",
	"after %s":                          "%s後",
	"Every %s the refresh token gives a new access token, which is valid for %s, until the refresh token expires on %s.":                              "リフレッシュトークンを使い、%sごとに新しいアクセストークン（有効期間 %s）を取得します。リフレッシュトークンの有効期限は %sです。",
	"Every %s the refresh token gives a new access token, which is valid for %s, until the refresh token expires %s after the sign-in.":               "リフレッシュトークンを使い、%sごとに新しいアクセストークン（有効期間 %s）を取得します。リフレッシュトークンの有効期限は、サインインの %s後です。",
	"Each person signs in once. Retool keeps the person's refresh token and an access token, which is valid for %s.":                                  "ユーザーごとに 1 回だけサインインします。Retool は、そのユーザーのリフレッシュトークンとアクセストークン（有効期間 %s）を保持します。",
	"Retool exchanges the refresh token for an access token, which is valid for %s.":                                                                  "Retool は、リフレッシュトークンを使ってアクセストークン（有効期間 %s）を取得します。",
	"Every %s Retool's refresh workflow gets the next access token, %s before the current one expires, so that no query is sent with an expired one.": "Retool の更新ワークフローが、%sごとに次のアクセストークンを取得します。使用中のトークンの有効期限が切れる %s前に更新するため、期限切れのトークンでクエリが送信されることはありません。",
	"If the API still answers 401 or 403, Retool refreshes at once and sends the query again.":                                                        "それでも API が 401 または 403 を返した場合、Retool はすぐにトークンを更新し、クエリを再送します。",
	"%s after the sign-in the refresh token expires; no refresh extends it. The person signs in again.":                                               "サインインの %s後に、リフレッシュトークンの有効期限が切れます。トークンを更新しても延長されません。期限が切れたユーザーは、もう一度サインインします。",
	"The refresh token expires on %s; no refresh extends it. Run `%s` before then, and copy the new one into the form.":                               "リフレッシュトークンの有効期限は %sです。トークンを更新しても延長されません。期限の前に `%s` を実行し、新しいトークンをフォームにコピーしてください。",
	"%s after the sign-in the refresh token expires; no refresh extends it. Run `%s` before then, and copy the new one into the form.":                "サインインの %s後に、リフレッシュトークンの有効期限が切れます。トークンを更新しても延長されません。期限の前に `%s` を実行し、新しいトークンをフォームにコピーしてください。",

	// It does not work
	"When it does not work": "うまく動かないとき",
	"This command tries the form from your computer, asks for what it needs without showing it, and says which field is wrong. If it finds nothing, what was typed into Retool differs from this page.": "次のコマンドは、お使いのコンピューターからフォームの値を試し、問題のある項目を表示します。必要な値は実行中に入力を求められ、入力した内容は画面に表示されません。問題が見つからない場合は、Retool に入力した内容がこのページの値と異なっています。",
	"the command":                           "コマンド",
	"Otherwise look for what Retool shows:": "解決しない場合は、Retool の表示に当てはまるものを選択してください。",
	"Cause":                                 "原因",
	"Remedy":                                "対処方法",

	"“Test auth workflow” answers NotAuthorizedException":                                                         "「Test auth workflow」が NotAuthorizedException を返す",
	"The user name or the password is wrong, the user is disabled, or there were too many attempts.":              "ユーザー名またはパスワードの間違い、ユーザーの無効化、試行回数の超過のいずれかです。",
	"Wait some minutes and sign in again. If that fails, set another password: `%s`.":                             "数分待ってから、もう一度サインインしてください。それでも失敗する場合は、パスワードを再設定してください：`%s`",
	"The refresh token is cut off, mistyped, expired, revoked or of another app client, or its user is disabled.": "リフレッシュトークンの欠落、入力ミス、期限切れ、取り消し、別のアプリクライアントとの取り違え、またはユーザーの無効化のいずれかです。",
	"Issue a new refresh token and copy it into the form: `%s`.":                                                  "新しいリフレッシュトークンを発行し、フォームにコピーしてください：`%s`",

	"The password is cut off or mistyped, another `connect --sign-in password` has set another one since, or the service user is disabled or removed.": "パスワードの欠落または入力ミス、別の `connect --sign-in password` によるパスワードの変更、サービスユーザーの無効化または削除のいずれかです。",
	"Set another password and copy it into the form: `%s`.":                                         "別のパスワードを設定し、フォームにコピーしてください：`%s`",
	"Your Retool cannot send a password. A refresh token can be sent without a nested value: `%s`.": "お使いの Retool ではパスワードを送信できません。リフレッシュトークンであれば、ネストのないリクエストで送信できます：`%s`",

	"The answer has a ChallengeName and no AuthenticationResult":                          "応答に ChallengeName があり、AuthenticationResult がない",
	"The user still has the password that an administrator gave (NEW_PASSWORD_REQUIRED).": "ユーザーのパスワードが、管理者が設定した一時パスワードのままです（NEW_PASSWORD_REQUIRED）。",
	"Set a permanent password: `%s`.":                                                     "永続的なパスワードを設定してください：`%s`",

	"“Test auth workflow” answers SerializationException":   "「Test auth workflow」が SerializationException を返す",
	"Retool sent AuthParameters as text, not as an object.": "Retool が AuthParameters を、オブジェクトではなく文字列として送信しました。",
	"Compare the row with this page: braces and quotation marks belong to it, and a password with \" or \\ breaks it. If it is the same, your Retool cannot send it. Use a form with a refresh token: `%s`.": "行をこのページの値と比べてください。波かっこと引用符も値の一部です。パスワードに \" や \\ が含まれていると、正しく送信できません。行に違いがない場合、お使いの Retool ではこの値を送信できないため、リフレッシュトークンのフォームを使ってください：`%s`",
	"Print the form with a request that has no nested value: `%s`.": "ネストのないリクエストを使うフォームを出力してください：`%s`",

	"“Test auth workflow” answers ResourceNotFoundException":                                                                                     "「Test auth workflow」が ResourceNotFoundException を返す",
	"No app client has this ClientId in the region that the URL names. One of the two is mistyped, or the stack was deleted and deployed again.": "URL に含まれるリージョンに、この ClientId のアプリクライアントがありません。どちらかの値が間違っているか、スタックが削除されて再デプロイされています。",
	"Copy ClientId and URL again. After a new deployment print the form again: `%s`.":                                                            "ClientId と URL をもう一度コピーしてください。再デプロイした場合は、フォームを出力し直してください：`%s`",

	"“Test auth workflow” answers UnknownOperationException or something that is not JSON": "「Test auth workflow」が UnknownOperationException または JSON 以外の内容を返す",
	"The method, the URL or one of the two headers differs from this page.":                "メソッド、URL、2 つのヘッダーのいずれかが、このページの値と異なっています。",
	"Copy the URL, Content-Type and X-Amz-Target again and choose POST.":                   "URL、Content-Type、X-Amz-Target をもう一度コピーし、POST を選択してください。",

	"The tests pass, but queries answer 401 or 403": "テストは成功するが、クエリが 401 または 403 を返す",
	"The header Authorization does not carry the access token. The variable's name differs from the name in the header, or the name is in {{ }}, or the variable holds the id token.": "Authorization ヘッダーにアクセストークンが入っていません。変数の名前がヘッダー内の名前と異なる、名前が {{ }} で囲まれている、または変数に ID トークンが入っていることが原因です。",
	"Compare the header Authorization and the step “Define a variable” with this page. The reference must end in AccessToken.":                                                        "Authorization ヘッダーと「Define a variable」のステップを、このページの値と比べてください。参照は AccessToken で終わる必要があります。",

	"Queries answer 404": "クエリが 404 を返す",
	"The Base URL is another API's or ends in a slash, or the path of the query is mistyped.": "Base URL が別の API のものになっているか、末尾にスラッシュが付いているか、クエリのパスが間違っています。",
	"Copy the Base URL again and compare the path with `openapi.yaml`.":                       "Base URL をもう一度コピーし、パスを `openapi.yaml` と比べてください。",

	"Queries work at first and fail after %s": "クエリが最初は成功し、%s後に失敗する",
	"The refresh workflow does not run: its trigger or its steps are missing, or the period is not shorter than the access token's validity.": "更新ワークフローが実行されていません。トリガーまたはステップが設定されていないか、間隔がアクセストークンの有効期間以上になっています。",
	"Choose “Time-based expiration” with a period of %d seconds, then press “Test refresh auth workflow” if your Retool has it.":              "「Time-based expiration」を選択し、間隔を %d 秒に設定してください。「Test refresh auth workflow」がある場合は、それもクリックしてください。",

	"Everything worked for %s, and now every query fails":            "%s間は動作していたが、すべてのクエリが失敗するようになった",
	"The person's refresh token has expired; no refresh extends it.": "そのユーザーのリフレッシュトークンの有効期限が切れました。トークンを更新しても延長されません。",
	"The person signs in again in Retool.":                           "Retool でもう一度サインインしてください。",
	"The refresh token has expired; no refresh extends it.":          "リフレッシュトークンの有効期限が切れました。トークンを更新しても延長されません。",
	"The refresh token expired on %s; no refresh extends it.":        "リフレッシュトークンの有効期限は %sでした。トークンを更新しても延長されません。",
}
